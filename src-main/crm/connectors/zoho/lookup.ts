// SPDX-License-Identifier: MIT
import type { NumberQuery } from '../../../../src-shared/crm/model.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { hasNumber } from '../common/has-number.ts';
import type { ZohoClient } from './client.ts';
import { anyOf, startsWith } from './criteria.ts';
import type { Target } from './modules.ts';
import type { PhoneForm } from './options.ts';
import { type Found, nameOf } from './records.ts';
import { phonesIn, type StoredSearch } from './stored.ts';

/** The API takes no shorter ones. */
const LEAST_ASKED = 3;

/**
 * People and companies with this number. Which forms of it the search takes is not certain (U1): they are asked for one
 * after the other until one is found, and each record is looked at here.
 */
export async function findByNumber(
  client: ZohoClient,
  where: readonly Target[],
  query: NumberQuery,
  forms: readonly PhoneForm[],
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const texts = { e164: query.e164 ?? '', digits: query.digits, national: query.national };
  for (const text of new Set(forms.map((form) => texts[form]))) {
    if (text.length < LEAST_ASKED) continue;
    const found = (await search(client, withPhones(where), () => ({ phone: text }), signal)).filter(matches(query));
    if (found.length > 0) return found;
  }
  return [];
}

/** Records with exactly this e-mail, in any case. */
export async function findByEmail(
  client: ZohoClient,
  where: readonly Target[],
  email: string,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const wanted = email.trim().toLowerCase();
  if (wanted === '' || !wanted.isWellFormed()) return [];
  const asked = where.filter(({ emails }) => emails.length > 0);
  const found = await search(client, asked, () => ({ email: wanted }), signal);
  return found.filter(({ target, row }) => target.emails.some((name) => toText(row[name]).toLowerCase() === wanted));
}

/** What a person types into a search box: a part of a number, of an e-mail, or beginnings of words of a name. */
export async function findByText(
  client: ZohoClient,
  where: readonly Target[],
  { text, findStored }: { readonly text: string; readonly findStored: StoredSearch },
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const words = text
    .toWellFormed()
    .split(/[\p{Cc}\s]+/u)
    .filter((word) => word !== '');
  if (words.join('').length < 2) return [];
  const typed = text.replace(/\D/g, '').replace(/^0+/, '');
  if (/^[\d\s()+./-]+$/.test(text) && typed.length >= LEAST_ASKED) {
    const phone = text.trim().startsWith('+') ? `+${typed}` : typed;
    const found = await search(client, withPhones(where), () => ({ phone }), signal);
    const here = found.filter((one) => phonesIn(one).some((stored) => stored.replace(/\D/g, '').includes(typed)));
    if (here.length > 0) return here;
    return findStored(where, { e164: null, digits: typed, national: typed, tail: typed }, signal);
  }
  const found = await search(client, where, (target) => criteria(target, words), signal);
  const here = found.filter((one) => isAbout(one, words));
  if (here.length > 0 || client.isSaving()) return here;
  // Words in the middle of a name: the search over all texts knows them, beginnings of fields do not.
  const anywhere = await search(client, where, () => ({ word: words.join(' ') }), signal);
  return anywhere.filter((one) => isAbout(one, words));
}

function criteria({ names, emails }: Target, words: readonly string[]): Question | null {
  const whole = words.join(' ');
  const last = words.at(-1) ?? '';
  const isEmail = whole.includes('@');
  const conditions = isEmail
    ? emails.map((name) => startsWith(name, whole))
    : names.flatMap((name) =>
        name === 'Last_Name' && words.length > 1
          ? [startsWith(name, whole), startsWith(name, last), startsWith(name, words[0] ?? '')]
          : [startsWith(name, whole)],
      );
  return conditions.length === 0 ? null : { criteria: anyOf(conditions) };
}

/** Each word begins one of the record's words. */
function isAbout({ target, row }: Found, words: readonly string[]): boolean {
  const texts = [nameOf(row), toText(row.Company), ...target.emails.map((name) => toText(row[name]))];
  const present = texts.join(' ').toLowerCase().split(/\s+/u);
  return words.every((word) => present.some((one) => one.startsWith(word.toLowerCase())));
}

type Question = Readonly<Partial<Record<'phone' | 'email' | 'word' | 'criteria', string>>>;

/** The search API, module by module; one whose question is null is passed over. */
async function search(
  client: ZohoClient,
  where: readonly Target[],
  question: (target: Target) => Question | null,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const found = await Promise.all(
    where.map(async (target) => {
      const asked = question(target);
      if (asked === null) return [];
      const parameters = Object.entries({ ...asked, fields: target.fields.join(',') });
      const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      const { rows } = await client.list(`${target.module}/search?${query}`, 'data', signal);
      return rows.map((row) => ({ target, row }));
    }),
  );
  return found.flat();
}

const withPhones = (where: readonly Target[]): readonly Target[] => where.filter(({ phones }) => phones.length > 0);

const matches =
  (query: NumberQuery) =>
  (found: Found): boolean =>
    hasNumber({ phones: phonesIn(found) }, query);
