// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { numberQuery } from '../../src-shared/crm/number-query.ts';
import type { Contact, ContactDraft } from '../../src-shared/state.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openTables, type Tables } from './tables.ts';

let contacts: Tables['contacts'];

beforeEach(() => {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db);
  contacts = openTables(db).contacts;
});

function draft(name: string, numbers: readonly string[], more: Partial<ContactDraft> = {}): ContactDraft {
  return { id: null, name, company: '', email: '', url: '', responsible: '', numbers, ...more };
}
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
const all = () => contacts.page(0, 1_000);

describe('a contact', () => {
  it('is a person with one address unless it says otherwise, and keeps what a change leaves out', () => {
    const ana = contacts.save(draft('Ana', ['+34600111222']));
    expect(ana).toMatchObject({ kind: 'person', email: '', otherEmails: [] });
    const shop = contacts.save(
      draft('Sol', [], { kind: 'company', email: 'a@sol.example', otherEmails: ['b@sol.example'] }),
    );
    expect(contacts.save({ ...draft('Sol SL', ['101']), id: shop.id, email: 'a@sol.example' })).toEqual({
      ...shop,
      name: 'Sol SL',
      numbers: ['101'],
    });
    expect(contacts.save({ ...shop, otherEmails: [] })).toEqual({ ...shop, otherEmails: [] });
  });

  it('has each address and number once, in order', () => {
    const saved = contacts.save(
      draft('Ana', ['2', '1', '2'], { email: 'x@a.example', otherEmails: ['X@A.example', '', 'b@a.example'] }),
    );
    expect(saved).toMatchObject({ email: 'x@a.example', otherEmails: ['b@a.example'], numbers: ['2', '1'] });
  });

  it('is found by the start of an address, in either case, and by the whole of it', () => {
    const ana = contacts.save(draft('Ana', [], { email: 'Info@Sol.example', otherEmails: ['ana@sol.example'] }));
    for (const text of ['info@', 'INFO@sol.ex', 'ana@sol']) expect(contacts.search(text, 5)).toEqual([ana]);
    expect(contacts.withEmail('ANA@SOL.EXAMPLE', 5)).toEqual([ana]);
    expect(contacts.withEmail('ana@sol', 5)).toEqual([]);
    contacts.remove(ana.id);
    expect(contacts.search('info@', 5)).toEqual([]);
  });

  it('is found by the start or the whole of a long word, the newest first', () => {
    for (const name of ['Construcciones Sol', 'Construcciones Luna', 'Constructora Mar'])
      contacts.save(draft(name, []));
    expect(names(contacts.search('construcciones', 5))).toEqual(['Construcciones Luna', 'Construcciones Sol']);
    expect(names(contacts.search('construcciones', 1))).toEqual(['Construcciones Luna']);
    expect(names(contacts.search('construccio', 5))).toEqual(['Construcciones Luna', 'Construcciones Sol']);
    expect(names(contacts.search('constr mar', 5))).toEqual(['Constructora Mar']);
    expect(contacts.search('construccionesx', 5)).toEqual([]);
    contacts.save(draft('Ana', ['+34600111222'], { company: 'Construcciones Sol' }));
    expect(contacts.suggest('construcciones', 5)).toMatchObject([{ name: 'Ana' }]);
  });

  it('is found by a long word behind many that begin alike', () => {
    contacts.save(draft('Construcciones Sol', ['101']));
    const others = Array.from({ length: 600 }, (_, n) => draft(`Constructora ${n}`, []));
    contacts.add(others, { duplicates: 'add', by: 'name' });
    expect(names(contacts.search('construccion', 5))).toEqual(['Construcciones Sol']);
    expect(contacts.suggest('construcciones s', 5)).toMatchObject([{ name: 'Construcciones Sol' }]);
    expect(names(contacts.search('constructora 599', 5))).toEqual(['Constructora 599']);
  });

  it('is found by a few digits of its number, however many there are, with 00 as with +', () => {
    const drafts = Array.from({ length: 300 }, (_, n) => draft(`P${n}`, [`+34600${String(n).padStart(6, '0')}`]));
    contacts.add(drafts, { duplicates: 'add', by: 'name' });
    expect(contacts.search('6', 50)).toHaveLength(50);
    expect(names(contacts.search('0034600000007', 50))).toEqual(['P7']);
    expect(names(contacts.search('600 000 007', 50))).toEqual(['P7']);
  });

  it('that was made under a key is made once', () => {
    const first = contacts.save(draft('Ana', ['+34600111222']), 'new:1');
    expect(contacts.save(draft('Ana', ['+34600111222']), 'new:1')).toEqual(first);
    expect(contacts.save(draft('Ana', ['+34600111222']), 'new:2').id).not.toBe(first.id);
    contacts.save({ ...first, name: 'Eva' });
    expect(contacts.save(draft('Ana', ['+34600111222']), 'new:1')).toMatchObject({ id: first.id, name: 'Eva' });
  });
});

describe('a number that several have', () => {
  const NUMBER = '+34911000000';
  const owner = () => contacts.byNumber(NUMBER)?.name ?? null;

  it('is the person, not the company the person works for', () => {
    contacts.save(draft('Sol', [NUMBER], { kind: 'company' }));
    expect(owner()).toBe('Sol');
    contacts.save(draft('Ana', [NUMBER], { company: 'Sol' }));
    expect(owner()).toBe('Ana');
  });

  it('is the company of all its people', () => {
    contacts.save(draft('Sol', [NUMBER], { kind: 'company' }));
    for (const name of ['Ana', 'Eva', 'Luis']) contacts.save(draft(name, [NUMBER], { company: 'Sol' }));
    expect(owner()).toBe('Sol');
    contacts.save(draft('Max', [NUMBER], { company: 'Luna' }));
    expect(owner()).toBeNull();
  });

  it('is nobody of many, whatever was imported', () => {
    const drafts = Array.from({ length: 500 }, (_, n) => draft(`P${n}`, [NUMBER, `+${n}911000001`]));
    contacts.add(drafts, { duplicates: 'add', by: 'name' });
    expect(owner()).toBeNull();
    expect(contacts.byNumber('911000001')).toBeNull();
    expect(contacts.byNumber('+49911000001')?.name).toBe('P49');
  });
});

describe('candidates for a number', () => {
  it('have it whole, national or with the same end, each once', () => {
    const ana = contacts.save(draft('Ana', ['+34600111222', '600111222']));
    contacts.save(draft('Eva', ['600111222']));
    contacts.save(draft('Luis', ['+33599111222']));
    contacts.save(draft('Max', ['+34600111223']));
    const query = numberQuery('+34600111222', 'ES', 7);
    expect(names(contacts.candidates(query, 50)).sort()).toEqual(['Ana', 'Eva']);
    expect(names(contacts.candidates({ ...query, tail: '111222' }, 50)).sort()).toEqual(['Ana', 'Eva', 'Luis']);
    expect(contacts.candidates(query, 1)).toEqual([ana]);
    expect(contacts.candidates({ e164: null, digits: '', national: '', tail: '' }, 50)).toEqual([]);
  });
});

describe('contacts of a file', () => {
  const ANA = draft('Ana Pérez', ['+34600111222'], { email: 'ana@sol.example' });

  it('that are here already are merged, skipped or added', () => {
    contacts.save({ ...ANA, company: 'Sol' });
    const again = draft('ana perez', ['+34911222333', '+34600111222'], { company: 'Luna', url: 'https://a.example/' });
    expect(contacts.add([again], { duplicates: 'skip', by: 'name' })).toEqual({ added: 0, merged: 0, skipped: 1 });
    expect(all()).toHaveLength(1);
    expect(contacts.add([again], { duplicates: 'merge', by: 'name' })).toEqual({ added: 0, merged: 1, skipped: 0 });
    expect(all()).toMatchObject([
      {
        ...{ name: 'Ana Pérez', company: 'Sol', email: 'ana@sol.example', url: 'https://a.example/' },
        numbers: ['+34600111222', '+34911222333'],
      },
    ]);
    expect(contacts.add([again], { duplicates: 'merge', by: 'name' })).toEqual({ added: 0, merged: 0, skipped: 1 });
    expect(contacts.add([again], { duplicates: 'add', by: 'name' })).toEqual({ added: 1, merged: 0, skipped: 0 });
    expect(all()).toHaveLength(2);
  });

  it('with another name and the same number are another contact, unless the number alone counts', () => {
    contacts.save(ANA);
    const eva = draft('Eva', ['+34600111222']);
    expect(contacts.add([eva], { duplicates: 'merge', by: 'name' })).toMatchObject({ added: 1 });
    const luis = draft('Luis', ['600111222', '+34600111222']);
    expect(contacts.add([luis], { duplicates: 'merge', by: 'number' })).toMatchObject({ merged: 1 });
    expect(names(all())).toEqual(['Ana Pérez', 'Eva']);
  });

  it('with the same name and nothing else in common are two people', () => {
    contacts.save(ANA);
    expect(contacts.add([draft('Ana Pérez', ['+34911222333'])], { duplicates: 'merge', by: 'name' })).toMatchObject({
      added: 1,
    });
  });

  it('without a number are told by e-mail or, with a bare name, by company', () => {
    contacts.save(ANA);
    contacts.save(draft('Luis', [], { company: 'Sol' }));
    const list = [
      draft('ANA PÉREZ', [], { email: 'ANA@sol.example' }),
      draft('Luis', [], { company: 'sol' }),
      draft('Luis', [], { company: 'Luna' }),
      draft('…', []),
    ];
    expect(contacts.add(list, { duplicates: 'merge', by: 'number' })).toEqual({ added: 2, merged: 0, skipped: 2 });
  });

  it('are told apart at a switchboard too, where hundreds have one number', () => {
    const drafts = Array.from({ length: 100 }, (_, n) => draft(`Person ${n}`, ['+34911000000']));
    expect(contacts.add(drafts, { duplicates: 'merge', by: 'name' })).toMatchObject({ added: 100 });
    expect(contacts.add(drafts, { duplicates: 'merge', by: 'name' })).toMatchObject({ skipped: 100 });
  });

  it('keep to twenty numbers and ten addresses when merged', () => {
    const numbers = Array.from({ length: 20 }, (_, n) => `+3460011122${n}`);
    const emails = Array.from({ length: 10 }, (_, n) => `a${n}@sol.example`);
    contacts.save({ ...ANA, numbers });
    const more = { ...ANA, numbers: [...numbers.slice(0, 1), '+34911222333'], otherEmails: emails };
    expect(contacts.add([more], { duplicates: 'merge', by: 'name' })).toMatchObject({ merged: 1 });
    const [ana] = all();
    expect(ana?.numbers).toEqual(numbers);
    expect(ana?.otherEmails).toHaveLength(9);
    expect(contacts.add([more], { duplicates: 'merge', by: 'name' })).toMatchObject({ skipped: 1 });
  });

  it('are all in or none: a batch is one transaction', () => {
    const broken = { ...ANA, name: null as unknown as string };
    expect(() => contacts.add([ANA, broken], { duplicates: 'add', by: 'name' })).toThrow();
    expect(all()).toEqual([]);
  });

  it('come once, however often a file is imported, for any file', () => {
    const one = fc.record({
      name: fc.constantFrom('Ana', 'ana', 'Eva', '李', '-'),
      numbers: fc.uniqueArray(fc.constantFrom('+34600111222', '+34911222333', '101'), { maxLength: 3 }),
      email: fc.constantFrom('', 'a@b.example', 'A@b.example'),
      company: fc.constantFrom('', 'Sol'),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.constantFrom('name', 'number'), (list, by) => {
        const db = new Database(':memory:');
        migrate(db);
        contacts = openTables(db).contacts;
        const drafts = list
          .map((entry) => ({ ...draft('', []), ...entry }))
          // Nothing but a sign is no contact: a file's are refused before they come here.
          .filter(({ name, numbers, email }) => name !== '-' || numbers.length > 0 || email !== '');
        const rule = { duplicates: 'merge', by } as const;
        const first = contacts.add(drafts, rule);
        expect(first.added + first.merged + first.skipped).toBe(drafts.length);
        const before = all();
        expect(before).toHaveLength(first.added);
        const held = (list: readonly Contact[]) => new Set(list.flatMap(({ numbers }) => numbers));
        expect(held(before)).toEqual(new Set(drafts.flatMap(({ numbers }) => numbers)));
        const second = contacts.add(drafts, rule);
        expect(second.added).toBe(0);
        expect(held(all())).toEqual(held(before));
      }),
      { numRuns: 60 },
    );
  });
});

it('contacts come in pages, in the order they were made', () => {
  for (const name of ['A', 'B', 'C']) contacts.save(draft(name, []));
  const [first] = contacts.page(0, 1);
  expect(first?.name).toBe('A');
  expect(names(contacts.page(first?.id ?? 0, 5))).toEqual(['B', 'C']);
  expect(contacts.page(3, 5)).toEqual([]);
});

it('an upgrade keeps contacts with their numbers in order, their address and their words', () => {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db, MIGRATIONS.slice(0, 5));
  db.exec(`INSERT INTO contacts (id, name, company, email, url) VALUES (1, 'Ana Pérez', 'Sol', 'ana@sol.example', ''),
      (7, 'Luis', '', '', 'https://crm.example/7');
    INSERT INTO contacts_fts (rowid, name, company) VALUES (1, 'Ana Pérez', 'Sol'), (7, 'Luis', '');
    INSERT INTO contact_numbers (id, contact_id, number, e164, digits, digits_rev, national, tail) VALUES
      (2, 1, '101', NULL, '101', '101', '101', '101'),
      (1, 1, '+34600111222', '+34600111222', '34600111222', '22211100643', '600111222', '600111222')`);
  migrate(db);
  contacts = openTables(db).contacts;
  const ana = {
    ...{ id: 1, kind: 'person', name: 'Ana Pérez', company: 'Sol', email: 'ana@sol.example', otherEmails: [], url: '' },
    ...{ responsible: '', numbers: ['+34600111222', '101'] },
  };
  expect(all()).toMatchObject([ana, { id: 7, name: 'Luis', email: '', url: 'https://crm.example/7' }]);
  expect(contacts.search('perez', 5)).toEqual([ana]);
  expect(contacts.byNumber('600111222')).toMatchObject({ id: 1 });
  contacts.remove(1);
  expect(contacts.search('perez', 5)).toEqual([]);
  expect(db.prepare('SELECT count(*) AS n FROM contact_numbers').get()).toEqual({ n: 0 });
});
