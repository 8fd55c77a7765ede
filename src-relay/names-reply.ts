// SPDX-License-Identifier: MIT
import { toFields } from '../src-shared/megacall/coerce.ts';

const LONGEST = 200;
/** Fewer equal digits at the end are a coincidence. */
const SAME_DIGITS = 7;

/**
 * The name in what a CRM answered: `{name}`, `{caller_name}`, `{names: {number: name}}`, a list of one of these, or the
 * name alone as JSON or plain text. '' when it has none; null when this is no answer at all (a page, a broken text).
 *
 * @param number E.164
 */
export function nameIn(contentType: string, body: string, number: string): string | null {
  const text = body.replace(/^\uFEFF/, '').trim();
  if (/html|xml/i.test(contentType) || text.startsWith('<')) return null;
  if (!/\bjson\b/i.test(contentType) && !/^[{["]/.test(text)) return oneLine(text);
  try {
    const value: unknown = JSON.parse(text);
    return nameOf(Array.isArray(value) ? value[0] : value, number);
  } catch {
    return null;
  }
}

function nameOf(value: unknown, number: string): string {
  if (typeof value === 'string') return oneLine(value) ?? '';
  const { name, caller_name: callerName, names } = toFields(value);
  const named = Object.entries(toFields(names)).find(([key]) => isSame(key, number))?.[1];
  const found = [callerName, name, named].find((one) => typeof one === 'string' && one.trim() !== '');
  return typeof found === 'string' ? (oneLine(found) ?? '') : '';
}

/** null when it is too long for a name, or has several lines. */
function oneLine(text: string): string | null {
  const line = text.trim();
  return line.length <= LONGEST && !/[\r\n\u2028\u2029]/.test(line) ? line : null;
}

/** The CRM may write the number of the question in its national form. */
function isSame(key: string, number: string): boolean {
  const digits = key.replace(/\D/g, '').replace(/^0+/, '');
  return digits.length >= SAME_DIGITS && number.replace(/\D/g, '').endsWith(digits);
}
