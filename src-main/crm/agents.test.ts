// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { CrmUser } from '../../src-shared/crm/model.ts';
import { FakeCrm } from '../../test/fake-crm.ts';
import { silentLog } from '../../test/fakes.ts';
import { createAgents } from './agents.ts';
import { type Connector, CrmError } from './api.ts';

const never = new AbortController().signal;
const DAY_MS = 24 * 60 * 60_000;
const user = (id: string, email: string | null, extension: string | null = null): CrmUser => ({
  ...{ id, name: `User ${id}`, email, extension },
});
const USERS = [
  user('1', 'Ann@example.com'),
  user('2', 'bea@example.com'),
  user('3', 'bea@example.com'),
  user('4', null, '104'),
];

function stand(own: Partial<Connector> = {}) {
  let at = 0;
  const asked: string[] = [];
  const base = new FakeCrm().connector();
  const connector: Connector = {
    ...base,
    capabilities: { ...base.capabilities, users: true },
    users: async () => {
      asked.push('all');
      return USERS;
    },
    ...own,
  };
  const people = [
    { extension: '101', name: 'Ann', email: ' ann@EXAMPLE.com ', userIds: {} },
    { extension: '102', name: 'Bea', email: 'bea@example.com', userIds: {} },
    { extension: '103', name: 'Cem', email: 'cem@example.com', userIds: { 'own-1': '9' } },
  ];
  const agents = createAgents({ agents: () => people, now: () => at, log: silentLog });
  const idOf = (extension: string) => agents.userId(connector, extension, never);
  const later = (ms: number): void => {
    at += ms;
  };
  return { agents, asked, idOf, later };
}

it('finds an agent by e-mail, by extension, or as set by hand', async () => {
  const { idOf } = stand();
  expect([await idOf('101'), await idOf('103'), await idOf('104')]).toEqual(['1', '9', '4']);
});

it('leaves two users with one e-mail, and nobody, to the person', async () => {
  const { idOf } = stand();
  expect([await idOf('102'), await idOf('105')]).toEqual([null, null]);
});

it('reads the list once a day', async () => {
  const { idOf, asked, later } = stand();
  await idOf('101');
  await idOf('102');
  expect(asked).toEqual(['all']);
  later(DAY_MS);
  await idOf('101');
  expect(asked).toEqual(['all', 'all']);
});

it('asks for one e-mail where the CRM can be asked so, once a day for each', async () => {
  const mails: string[] = [];
  const { idOf, asked, later } = stand({
    usersByEmail: async (email) => {
      mails.push(email);
      return USERS.filter((one) => one.email?.toLowerCase() === email);
    },
  });
  expect([await idOf('101'), await idOf('101'), await idOf('102')]).toEqual(['1', '1', null]);
  expect([mails, asked]).toEqual([['ann@example.com', 'bea@example.com'], []]);
  later(DAY_MS);
  await idOf('101');
  expect(mails.length).toBe(3);
  expect(await idOf('104')).toBe('4');
  expect(asked).toEqual(['all']);
});

it('goes without an agent while the users cannot be read, and asks again', async () => {
  let isDown = true;
  const { idOf } = stand({
    users: async () => {
      if (isDown) throw new CrmError('network', 'no connection');
      return USERS;
    },
  });
  expect(await idOf('101')).toBeNull();
  isDown = false;
  expect(await idOf('101')).toBe('1');
});
