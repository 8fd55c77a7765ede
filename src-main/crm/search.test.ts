// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { connectorSettings, crmRecord, FakeCrm } from '../../test/fake-crm.ts';
import { silentLog } from '../../test/fakes.ts';
import { type Connector, CrmError } from './api.ts';
import { createSearch } from './search.ts';

const ADDRESS = 'ana@sol.example';
const asked: string[] = [];

/** A CRM whose search by words does not read e-mail addresses. */
function crm(id: string, can: { readonly search: boolean; readonly searchByEmail: boolean }): Connector {
  const connector = new FakeCrm().connector(connectorSettings({ id }));
  return {
    ...connector,
    capabilities: { ...connector.capabilities, ...can },
    search: async (text) => {
      asked.push(`${id} search ${text}`);
      return [crmRecord('by-words', [], { connector: id }), crmRecord('both', [], { connector: id })];
    },
    lookupByEmail: async (email) => {
      asked.push(`${id} e-mail ${email}`);
      return [crmRecord('by-email', [], { connector: id }), crmRecord('both', [], { connector: id })];
    },
  };
}

const both = crm('both', { search: true, searchByEmail: true });
const words = crm('words', { search: true, searchByEmail: false });
const addresses = crm('addresses', { search: false, searchByEmail: true });

async function found(connectors: readonly Connector[], text: string) {
  asked.length = 0;
  const { records, failed } = await createSearch(() => connectors, silentLog).find(text);
  return { ids: records.map(({ connector, id }) => `${connector} ${id}`), failed };
}

it('looks for an e-mail address as one in each CRM that can, beside what its words find', async () => {
  expect(await found([both, words, addresses], ` ${ADDRESS} `)).toEqual({
    ids: [
      'both by-email',
      'both by-words',
      'words by-words',
      'addresses by-email',
      'both both',
      'words both',
      'addresses both',
    ],
    failed: [],
  });
  expect(asked.toSorted()).toEqual([
    `addresses e-mail ${ADDRESS}`,
    `both e-mail ${ADDRESS}`,
    `both search ${ADDRESS}`,
    `words search ${ADDRESS}`,
  ]);
});

it.each(['ana', 'ana@', '@sol.example', 'ana sol@sol.example', 'ana@sol'])('takes %j for words', async (text) => {
  await found([both, words, addresses], text);
  expect(asked.toSorted()).toEqual([`both search ${text}`, `words search ${text}`]);
});

it('names a CRM once that fails, and shows what its other answer has', async () => {
  const no = () => Promise.reject(new CrmError('network', 'no answer'));
  expect(await found([{ ...both, search: no }], ADDRESS)).toEqual({
    ids: ['both by-email', 'both both'],
    failed: ['both'],
  });
  expect(await found([{ ...both, search: no, lookupByEmail: no }], ADDRESS)).toEqual({ ids: [], failed: ['both'] });
});
