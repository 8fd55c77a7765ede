// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { createCrmHandlers } from './crm-handlers.ts';

it('tells windows and CRMs of a note and of an outcome, once each is kept', async () => {
  const told: string[] = [];
  const handlers = createCrmHandlers({
    store: {
      calls: {
        note: async (id: number, text: string) => void told.push(`note ${id} ${text}`),
        outcome: async (id: number, text: string) => void told.push(`outcome ${id} ${text}`),
      },
    } as never,
    crm: { rowChanged: (id: number) => void told.push(`crm ${id}`) } as never,
    rowChanged: (id) => void told.push(`windows ${id}`),
    ...{ secrets: {} as never, http: {} as never, messages: {} as never },
  });
  await handlers['history.note']('main', 7, 'wants an offer');
  await handlers['history.outcome']('main', 8, 'sale');
  expect(told).toEqual(['note 7 wants an offer', 'windows 7', 'crm 7', 'outcome 8 sale', 'windows 8', 'crm 8']);
});
