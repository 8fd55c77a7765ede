// SPDX-License-Identifier: MIT
import type { ImportProblem } from '../../src-shared/contacts-file.ts';
import type { Encoding } from '../../src-shared/csv/text.ts';
import type { RawContact } from './entry.ts';
import type { ContentLine } from './vcard-lines.ts';
import { type Property, parseProperty, parts, unescaped } from './vcard-property.ts';

/** A card of the file; `contact` is null when it is none. */
export type Card = { readonly contact: RawContact | null; readonly problems: readonly ImportProblem[] };

/** Everything else of a card is passed over: photos, notes, keys. */
const WANTED = new Set([
  'FN',
  'N',
  'NICKNAME',
  'ORG',
  'TEL',
  'EMAIL',
  'URL',
  'KIND',
  'X-ABSHOWAS',
  'X-MEGADIAL-RESPONSIBLE',
]);
/** Properties of a card that are kept: a card of a million numbers is one of the first few. */
const MOST_KEPT = 100;

type Open = { readonly line: number; readonly kept: Property[]; readonly problems: ImportProblem[]; isFull: boolean };

/** Reads properties of vCard 2.1, 3.0 and 4.0 one after the other; cards come out when they end. */
export function createCardReader(encoding: Encoding): {
  push(lines: readonly ContentLine[]): readonly Card[];
  end(): readonly Card[];
} {
  let open: Open | null = null;
  /** Cards within the card (AGENT): passed over. */
  let depth = 0;
  let last = '';
  let done: Card[] = [];

  const say = ({ problems }: Open, line: number, why: ImportProblem['why']): void => {
    if (!problems.some((one) => one.why === why)) problems.push({ line, why });
  };
  const close = (card: Open): void => {
    done.push(toCard(card));
    open = null;
    depth = 0;
  };

  const take = ({ line, text, isCut }: ContentLine): void => {
    const property = parseProperty(text, encoding);
    const is = (name: string): boolean => property?.name === name && /^\s*vcard\s*$/i.test(property.value);
    if (is('BEGIN')) {
      if (open !== null && last === 'AGENT') {
        depth++;
        return;
      }
      // The card before never ended: it is taken as far as it goes.
      if (open !== null) {
        say(open, open.line, 'broken');
        close(open);
      }
      open = { line, kept: [], problems: [], isFull: false };
      last = '';
      return;
    }
    if (open === null) return;
    if (is('END')) {
      if (depth > 0) depth--;
      else close(open);
      return;
    }
    if (depth > 0) return;
    if (property === null) {
      // Within a photo that is not folded as it should be there is nothing to miss.
      if (last === '' || WANTED.has(last)) say(open, line, 'broken');
      return;
    }
    last = property.name;
    if (!WANTED.has(property.name)) return;
    if (isCut) say(open, line, 'too-long');
    else if (open.kept.length < MOST_KEPT) open.kept.push(property);
    else say(open, line, 'many-numbers');
  };

  const taken = (): readonly Card[] => {
    const cards = done;
    done = [];
    return cards;
  };
  return {
    push(lines) {
      for (const line of lines) take(line);
      return taken();
    },
    end() {
      if (open !== null) {
        say(open, open.line, 'broken');
        close(open);
      }
      return taken();
    },
  };
}

function toCard({ line, kept, problems }: Open): Card {
  const all = (name: string): readonly Property[] => kept.filter((one) => one.name === name);
  const text = (name: string): string => unescaped(all(name)[0]?.value ?? '').trim();
  const kind = text('KIND').toLowerCase();
  if (kind === 'group') return { contact: null, problems: [...problems, { line, why: 'group' }] };
  const name = nameOf(all('N')[0]);
  const shown = text('FN') || name || text('NICKNAME');
  const company = (parts(all('ORG')[0]?.value ?? '')[0] ?? '').trim();
  const isCompany =
    kind === 'org' || /^company$/i.test(text('X-ABSHOWAS')) || (company !== '' && shown === company && name === '');
  const contact = {
    ...{ line, kind: isCompany ? ('company' as const) : ('person' as const) },
    ...{ name: isCompany ? company || shown : shown, company },
    emails: preferred(all('EMAIL')),
    phones: preferred(all('TEL')),
    url: text('URL'),
    responsible: text('X-MEGADIAL-RESPONSIBLE'),
  };
  return { contact, problems };
}

/** Family, given, additional names, prefix and suffix in the order they are said. */
function nameOf(property: Property | undefined): string {
  const [family = '', given = '', additional = '', prefix = '', suffix = ''] = parts(property?.value ?? '');
  return [prefix, given, additional, family, suffix]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

/** What is preferred first, faxes and pagers last. */
function preferred(properties: readonly Property[]): readonly string[] {
  const rank = ({ types, params }: Property): number => {
    if (types.some((type) => type === 'FAX' || type === 'PAGER') && !types.includes('VOICE')) return 200;
    return types.includes('PREF') ? 0 : Number(params.get('PREF') ?? 100) || 100;
  };
  return properties.toSorted((a, b) => rank(a) - rank(b)).map(({ value }) => unescaped(value).trim());
}
