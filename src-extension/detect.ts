// SPDX-License-Identifier: MIT
import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js/min';

/** A number in a text: where it stands, and what is dialled. */
export type Found = { readonly from: number; readonly to: number; readonly e164: string };

const LONGEST = 20_000;

/**
 * Valid numbers in a text. A number is taken only when it is valid for its country and is written as numbers are: a run
 * of digits that is part of something longer (a VAT number, an amount, a date, a version) is none.
 *
 * @param plain whether digits without any separator count
 */
export function findNumbers(text: string, country: string, plain: boolean): readonly Found[] {
  if (text.length > LONGEST || !/\d(?:\D{0,3}\d){5}/.test(text)) return [];
  const home = isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const hits = findPhoneNumbersInText(text, home === undefined ? {} : { defaultCountry: home });
  return hits.flatMap(({ startsAt, endsAt, number }) => {
    const written = text.slice(startsAt, endsAt);
    const around = `${text.slice(Math.max(0, startsAt - 2), startsAt)}|${text.slice(endsAt, endsAt + 2)}`;
    if (!number.isValid() || isPartOfMore(around) || (!plain && /^\d+$/.test(written))) return [];
    if (/^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/.test(written) || /^\d{4}-\d{2}-\d{2}/.test(written)) return [];
    return [{ from: startsAt, to: endsAt, e164: number.number }];
  });
}

/** Letters, digits, or a sign that joins it to something, right before or after it. */
function isPartOfMore(around: string): boolean {
  const [before = '', after = ''] = around.split('|');
  return (
    /[\p{L}\d_#@/=&%€$£.,:-]$/u.test(before.replace(/\s$/, ' ')) ||
    /^[\p{L}\d_@=%€$£]|^[.,:/-][\p{L}\d]|^\s[%€$£]/u.test(after)
  );
}
