// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { importCsv } from './csv.ts';
import { createDirectory } from './directory.ts';
import { DEFAULT_TEAM } from './team.ts';

const NOW = 5_000;
const settings = {
  ...DEFAULT_TEAM,
  members: [{ extension: '102', name: 'Ana Ruiz', email: 'ana@example.com', crmUser: 'U-7' }],
};

function stand() {
  const store = createMemoryStore();
  const directory = createDirectory(store.kv, { settings: async () => settings }, () => NOW);
  const take = (text: string) => importCsv(text, directory, { tenant: 'a', settings, now: NOW, by: '100' });
  const all = async () => {
    const rows = await store.kv.list('directory', 'a/', null, 1_000_000);
    return rows.map(({ key, value }) => {
      const { name, responsible } = JSON.parse(value) as { name: string; responsible: string | null };
      return [key.slice(2), name, responsible];
    });
  };
  return { directory, take, all };
}

describe('an import', () => {
  it.each([
    ['as the guide has it', 'number;name;responsible;blacklisted\n600111222;Marta Ibarra;101;\n'],
    ['without a first line', '600 11 12 22;Marta Ibarra;101'],
    ['with commas', 'number,name,responsible\n+34600111222,Marta Ibarra,101\n'],
    ['with tabs', 'number\tname\tresponsible\r\n0034600111222\t Marta  Ibarra \t12345-101\r\n'],
    ['in another order', 'Responsable;Teléfono;Nombre\n101;600111222;Marta Ibarra\n'],
    ['of another program', 'Phone Number,Full Name,Owner\n"tel:+34600111222","Marta Ibarra",101'],
    ['with numbers kept as text', 'number;name;responsible\n="600111222";Marta Ibarra;\'101'],
    ['with a mark and empty lines', '\uFEFFnumber;name;responsible\n\n\n600111222;Marta\tIbarra;101\n\n'],
  ])('%s', async (_name, text) => {
    const { take, all } = stand();
    expect(await take(text.replace('Marta  Ibarra', 'Marta Ibarra'))).toEqual({ kept: 1, refused: [] });
    expect(await all()).toEqual([['34600111222', 'Marta Ibarra', '101']]);
  });

  it('tells which lines it does not take, and why', async () => {
    const { take, all } = stand();
    const lines = [
      'number;name;responsible;blacklisted',
      ';Nobody;;',
      'none;Nobody;;',
      '600111222 / 600111223;Two;;',
      '3,46E+10;Rounded;;',
      '*97;Code;;',
      '12;Short;;',
      '1234567890123456;Long;;',
      '600111224;Stranger;somebody;',
      '600111225;Perhaps;;perhaps',
      '112;Emergency;;yes',
      '600111226;"Open;;',
      '600111227;=HYPERLINK("x");;',
      'x',
    ];
    const { kept, refused } = await take(lines.join('\n'));
    expect(refused.map(({ line, why }) => `${line} ${why}`)).toEqual([
      ...['2 number', '3 number', '4 number', '5 rounded', '6 number', '7 number', '8 number'],
      ...['9 responsible', '10 blacklisted', '11 blacklisted', '14 number'],
    ]);
    expect(kept).toBe(2);
    expect(await all()).toEqual([
      ['112', 'Emergency', null],
      ['34600111226', '"Open', null],
      ['34600111227', '=HYPERLINK("x")', null],
    ]);
  });

  it('finds colleagues by name, e-mail and id', async () => {
    const { take, all } = stand();
    await take('600111221;a;ana ruiz\n600111222;b;ANA@example.com\n600111223;c;u-7\n600111224;d;105');
    expect((await all()).map(([, , responsible]) => responsible)).toEqual(['102', '102', '102', '105']);
  });

  it('puts on the blacklist, takes off, or leaves as it is', async () => {
    const { take, directory } = stand();
    const listed = async () => (await directory.blacklist('a', null, 10)).map(({ number }) => number.slice(-3));
    await take('number;blacklisted\n600111221;yes\n600111222;Sí\n600111223;1\n600111224;no');
    expect(await listed()).toEqual(['221', '222', '223']);
    await take('number;blacklisted\n600111221;\n600111222;false\n600111223;x');
    expect(await listed()).toEqual(['221', '223']);
  });

  it('needs a column of numbers', async () => {
    const { take } = stand();
    expect(await take('name;responsible\nMarta;101')).toEqual({
      ...{ kept: 0, refused: [{ line: 1, why: 'no-number-column' }] },
    });
    expect(await take('')).toEqual({ kept: 0, refused: [] });
  });

  it('takes as many lines as there are, the last one of a number, and tells of a thousand refused ones', async () => {
    const { take, all } = stand();
    const lines = Array.from({ length: 10_000 }, (_, n) => `+3460${String(n % 5_000).padStart(7, '0')};Person ${n};`);
    expect(await take(lines.join('\n'))).toEqual({ kept: 10_000, refused: [] });
    expect(await all()).toHaveLength(5_000);
    const { refused } = await take('x;y;z\n'.repeat(3_000));
    expect(refused).toHaveLength(1_000);
  });
});
