// SPDX-License-Identifier: MIT
import { expect, it, vi } from 'vitest';
import type { DirectoryEntry } from '../src-shared/rules/team.ts';
import { createCallerName } from './caller-name.ts';
import { DEFAULT_TEAM } from './team.ts';

const entry: DirectoryEntry = { name: 'Щербаков Юрий', responsible: null, blacklisted: false, updatedAt: 1 };

function stand({ known = null as DirectoryEntry | null, inCrm = null as string | null, send = true, url = '' }) {
  const ask = vi.fn(async () => inCrm);
  const get = vi.fn(async () => known);
  const settings = async () => ({
    ...DEFAULT_TEAM,
    namesUrl: url,
    rules: { ...DEFAULT_TEAM.rules, sendCallerName: send, callerNameMax: 12 },
  });
  return {
    ask,
    get,
    nameOf: createCallerName({ directory: { get }, team: { settings }, names: { ask }, budgetMs: 50 }),
  };
}

it('gives the directory’s name in Latin letters, as long as the team’s rules say', async () => {
  const { nameOf, get, ask } = stand({ known: entry, url: 'https://crm.example.com/{number}' });
  expect(await nameOf('acme', '34600111222')).toBe('Shcherbakov');
  expect(get).toHaveBeenCalledWith('acme', '+34600111222');
  expect(ask).not.toHaveBeenCalled();
});

it('asks the CRM for who is not in the directory, and no longer than there is time', async () => {
  const url = 'https://crm.example.com/{number}';
  const { nameOf, ask } = stand({ inCrm: 'Núñez', url });
  expect(await nameOf('acme', '+34 600 111 222')).toBe('Nunez');
  expect(ask).toHaveBeenCalledWith('acme', url, '+34600111222');
  ask.mockReturnValueOnce(new Promise(() => {}));
  expect(await nameOf('acme', '+34600111222')).toBe('');
});

it.each([
  ['0', { known: entry }],
  ['+34600111222', { known: entry, send: false }],
  ['+34600111222', { known: { ...entry, name: '' } }],
  ['101', { inCrm: 'Marta', url: 'https://crm.example.com/{number}' }],
])('has no name for %s with %j', async (number, given) => {
  expect(await stand(given).nameOf('acme', number)).toBe('');
});
