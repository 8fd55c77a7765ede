// SPDX-License-Identifier: MIT
export const PREFIXES = {
  Account: '001',
  Contact: '003',
  User: '005',
  Opportunity: '006',
  Lead: '00Q',
  Task: '00T',
  OpportunityStage: '01J',
  TaskStatus: '01T',
} as const;
export type ObjectName = keyof typeof PREFIXES;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** An 18-character id: prefix, a serial, and three letters that tell which of the fifteen are capitals. */
export function newId(object: ObjectName, serial: number): string {
  const short = `${PREFIXES[object]}Hs0000${serial
    .toString(36)
    .padStart(6, '0')
    .replace(/[aeiou]/g, (a) => a.toUpperCase())}`;
  return short + suffix(short);
}

export function suffix(short: string): string {
  return [0, 5, 10]
    .map((start) => {
      const bits = [...short.slice(start, start + 5)].map((letter, at) => (/[A-Z]/.test(letter) ? 1 << at : 0));
      return LETTERS[bits.reduce((sum, bit) => sum + bit, 0)];
    })
    .join('');
}

/** Both lengths name the same record; case matters. Null for what is no id. */
export function fullId(text: string): string | null {
  if (!/^[a-zA-Z0-9]{15}(?:[A-Z0-5]{3})?$/.test(text)) return null;
  return text.slice(0, 15) + suffix(text.slice(0, 15));
}
