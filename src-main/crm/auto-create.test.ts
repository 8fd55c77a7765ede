// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { CrmDraft, CrmKind } from '../../src-shared/crm/model.ts';
import { DEFAULT_CRM } from '../../src-shared/crm/settings.ts';
import { FakeCrm } from '../../test/fake-crm.ts';
import { silentLog } from '../../test/fakes.ts';
import type { Connector } from './api.ts';
import { createAutoCreate } from './auto-create.ts';

const NUMBER = '+34600111222';

/** What an unknown caller becomes when the settings say this kind. */
async function draftOf(kind: CrmKind): Promise<CrmDraft | undefined> {
  const drafts: CrmDraft[] = [];
  const crm = new FakeCrm().connector();
  const connector: Connector = { ...crm, capabilities: { ...crm.capabilities, create: [kind] } };
  const autoCreate = createAutoCreate({
    outbox: {
      add: async (_connector: string, _kind: string, _key: string, draft: CrmDraft) => drafts.push(draft) > 0,
    } as never,
    lookup: { find: async () => ({ result: { state: 'none' }, failed: [] }) } as never,
    agents: { userId: async () => null } as never,
    connectors: () => [connector],
    settings: () => ({ ...DEFAULT_CRM.autoCreate, incoming: { when: 'end', kind } }),
    extension: () => '101',
    defaultResponsible: () => null,
    isExtension: () => false,
    plan: async () => undefined,
    log: silentLog,
  });
  const data = { number: NUMBER, extension: '101', direction: 'in' };
  await autoCreate.work('34600111222/1', data, new AbortController().signal);
  return drafts[0];
}

it.each(['contact', 'company', 'deal'] as const)(
  'a %s is named after its number, not after the leads’ company',
  async (kind) => {
    expect(await draftOf(kind)).toMatchObject({ kind, lastName: NUMBER, company: '', number: NUMBER });
  },
);

it('a lead has the company that CRMs demand of it', async () => {
  expect(await draftOf('lead')).toMatchObject({ kind: 'lead', lastName: NUMBER, company: 'Unknown' });
});
