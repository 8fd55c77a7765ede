// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { CrmDraft } from '../../../../src-shared/crm/model.ts';
import type { Fields } from './client.ts';
import { createRecord } from './create.ts';

const signal = new AbortController().signal;
const draft: CrmDraft = {
  ...{ kind: 'deal', firstName: '', lastName: '', email: '', company: 'Unknown', ownerId: '' },
  number: '+34600111222',
};

/** An organisation that finds deals by their name alone, as Salesforce does: descriptions cannot be asked for. */
function organisation(readable: readonly string[]) {
  const deals: Fields[] = [];
  const field = { type: 'string', isCreateable: true, isUpdateable: true, values: [] };
  const schema = new Map(readable.map((name) => [name, field]));
  const make = (one: CrmDraft) =>
    createRecord(
      {
        client: {
          call: async ({ body }) => {
            deals.push({ ...(body as Fields), Id: String(deals.length + 1).padStart(15, '0') });
            return { id: deals.at(-1)?.Id };
          },
          query: async (soql) => {
            if (soql.includes('OpportunityStage')) return [{ ApiName: 'Prospecting' }];
            expect(soql.split(' WHERE ')[1]).not.toContain('Description');
            return deals.filter(({ Name }) => soql.includes(`Name = '${Name}'`));
          },
          queries: async () => [],
        },
        schemas: { of: async () => schema, forget: () => undefined },
        options: { allowDuplicates: false, leadCompany: 'Unknown', dealDays: 30 },
        now: () => Date.UTC(2026, 10, 20),
      },
      one,
      signal,
    );
  return { make, deals };
}

it('a deal of the same name is somebody else’s unless its number is the same', async () => {
  const { make, deals } = organisation(['Name', 'StageName', 'CloseDate', 'Description']);
  const first = await make(draft);
  const second = await make({ ...draft, number: '+34600333444' });
  expect(second).not.toBe(first);
  expect(await make(draft)).toBe(first);
  expect(await make({ ...draft, number: '+34 600 333 444' })).toBe(second);
  expect(deals).toHaveLength(2);
});

it('without access to descriptions, only a deal named after its number is taken for an earlier try’s', async () => {
  const { make, deals } = organisation(['Name', 'StageName', 'CloseDate']);
  await make(draft);
  await make({ ...draft, number: '+34600333444' });
  const named = await make({ ...draft, company: '' });
  expect(await make({ ...draft, company: '' })).toBe(named);
  expect(deals).toHaveLength(3);
});
