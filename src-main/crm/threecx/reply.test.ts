// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityOf, toContact } from './contact.ts';
import { readRecords } from './reply.ts';

describe('replies', () => {
  const context = { fill: (text: string) => text, digits: '460123' };
  const read = (reply: unknown, rules: readonly (readonly [string, string, string?])[], ...names: string[]) =>
    readRecords(
      reply,
      {
        rules: rules.map(([type, path, ethalon = '']) => ({ type: type as 'Any', path, ethalon })),
        variables: names.map((path) => ({ name: path, path, filter: [] })),
      },
      context,
    ).map((record) => [...record.values()]);

  it('are taken apart where a rule holds', () => {
    const people = { data: [{ id: 1, n: '+44 20 460123' }, { id: 2, n: '99' }, { id: 3, n: false }, { id: 4 }] };
    expect(read(people, [['Any', 'data.id']], 'data.id')).toEqual([[1], [2], [3], [4]]);
    expect(read(people, [['Any', 'data.n']], 'data.id')).toEqual([[1], [2]]);
    expect(read(people, [['Number', 'data.n']], 'data.id')).toEqual([[1]]);
    expect(read(people, [['Equals', 'data.id', '2']], 'data.id')).toEqual([[2]]);
    expect(read(people, [['NotEquals', 'data.id', '2']], 'data.id')).toEqual([[1], [3], [4]]);
    expect(
      read(
        people,
        [
          ['StartsWith', 'data.n', '+44'],
          ['EndsWith', 'data.n', '9'],
        ],
        'data.id',
      ),
    ).toEqual([[1], [2]]);
    expect(read(people, [['Contains', 'data.n', '20']], 'data.id')).toEqual([[1]]);
    expect(read({ data: [] }, [['Any', 'data']], 'data.id')).toEqual([]);
    expect(read(people.data, [['Any', 'id']], 'id').length).toBe(4);
    expect(read(people, [], 'data.1.id')).toEqual([[2]]);
  });

  it('of any shape end in records or none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (reply, path) => {
        expect(read(reply, [['Any', path]], path).length).toBeLessThanOrEqual(50);
        expect(read(reply, [], path).length).toBeLessThanOrEqual(50);
      }),
    );
    const deep = JSON.parse(`${'['.repeat(5_000)}{"id":1}${']'.repeat(5_000)}`);
    expect(read(deep, [['Any', 'id']], 'id')).toEqual([]);
    expect(read({ a: 1 }, [['Any', '__proto__.constructor']], 'constructor')).toEqual([]);
  });
});

describe('contacts', () => {
  const searched = { query: { e164: '+442079460123', digits: '442079460123' }, asked: '460123' };
  const contact = (outputs: Record<string, string>) =>
    toContact(new Map(Object.entries(outputs)), { connector: 't', hosts: ['crm.example'], searched });

  it('need a name and something to know them by', () => {
    expect(contact({ FirstName: 'Ana' })).toBeNull();
    expect(contact({ EntityId: '1' })).toBeNull();
    expect(contact({ EntityId: 'x'.repeat(300), LastName: 'A' })).toBeNull();
    expect(contact({ EntityId: '1', LastName: 'A' })).toMatchObject({ id: ':1', kind: 'contact', name: 'A' });
    expect(contact({ ContactUrl: `https://crm.example/${'x'.repeat(300)}`, LastName: 'A' })?.id).toMatch(
      /^=[0-9a-f]{64}$/,
    );
  });

  it('keep entity and type for the journal, whatever they are', () => {
    const word = fc
      .string({ minLength: 1, maxLength: 30 })
      .map((text) => text.trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(word, word, (EntityId, EntityType) => {
        const made = contact({ EntityId, EntityType, LastName: 'A' });
        expect(made === null ? null : entityOf(made)).toEqual(
          made === null ? null : { id: EntityId, type: EntityType.toWellFormed() },
        );
      }),
    );
    expect(entityOf({ id: '=https://crm.example/1' })).toEqual({ id: '', type: '' });
    expect(entityOf(null)).toEqual({ id: '', type: '' });
  });

  it('are believed a number that repeats what was asked', () => {
    expect(contact({ EntityId: '1', LastName: 'A', PhoneBusiness: '46-01-23', PhoneHome: '0460123' })?.phones).toEqual([
      '+442079460123',
      '0460123',
    ]);
  });
});
