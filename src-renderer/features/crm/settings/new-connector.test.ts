// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectorSettings } from '../../../../src-shared/crm/schemas.ts';
import { DEFAULT_CRM } from '../../../../src-shared/crm/settings.ts';
import { moved, type NewType, newConnector, withoutConnector } from './new-connector.ts';

const TYPES: readonly NewType[] = ['salesforce', 'zoho', 'own', '3cx'];

test('each new connector has an id of its own that main takes', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TYPES), { maxLength: 10 }), (types) => {
      const all: ReturnType<typeof newConnector>[] = [];
      for (const type of types) all.push(newConnector(type, all));
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      for (const one of all) expect(connectorSettings.safeParse(one).success).toBe(true);
    }),
  );
});

test('a name from a file is cut to what main takes', () => {
  expect(newConnector('own', [], { name: '   ' }).name).toBe('CRM');
  expect(connectorSettings.safeParse(newConnector('3cx', [], { name: 'x'.repeat(300) })).success).toBe(true);
});

test('moving keeps every entry, and nothing leaves the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
});

test('a connector that goes takes the users our agents were in it along, and nothing else', () => {
  const [zoho, salesforce] = [newConnector('zoho', []), newConnector('salesforce', [])];
  const agent = { extension: '101', name: 'Ana', email: 'ana@sol.example' };
  const crm = {
    ...DEFAULT_CRM,
    connectors: [zoho, salesforce],
    agents: [{ ...agent, userIds: { zoho: 'Z-1', salesforce: 'S-1' } }],
  };
  expect(withoutConnector(crm, 'zoho')).toEqual({
    ...DEFAULT_CRM,
    connectors: [salesforce],
    agents: [{ ...agent, userIds: { salesforce: 'S-1' } }],
  });
});
