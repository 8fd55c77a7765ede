// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { canonical } from '../../src-shared/numbers/canonical.ts';
import type { Ask } from '../events/relay-client.ts';
import { createBlacklist } from './blacklist.ts';

/** A list on this computer with one number, and a team whose relay knows another. */
function stand(isTeam: boolean, ask: Ask = () => Promise.reject(new AppError('team.offline'))) {
  const local = new Set(['+34600111222']);
  return createBlacklist({
    store: {
      set: async (number, on) => void (on ? local.add(number) : local.delete(number)),
      has: async (number) => local.has(number),
      list: async () => [...local],
    },
    team: { isTeam: () => isTeam, ask },
    contacts: { find: async () => null },
    canonical: (number) => canonical(number, 'ES'),
    format: (number) => number,
  });
}

const relay =
  (listed: readonly string[]): Ask =>
  async (method, params) => {
    const { number } = params as { number: string };
    const entry = { name: '', responsible: null, blacklisted: listed.includes(number), updatedAt: 0 };
    return (method === 'directory.get' ? entry : null) as never;
  };

describe('whether a number is on the list', () => {
  it('is what this computer has for one agent alone, however the number is written', async () => {
    const blacklist = stand(false);
    expect(await blacklist.isListed('600 11 12 22')).toBe(true);
    expect(await blacklist.isListed('+34 600 11 12 23')).toBe(false);
    expect(await blacklist.isListed('')).toBe(false);
  });

  it('is what the relay has in a team', async () => {
    const blacklist = stand(true, relay(['+34911222333']));
    expect(await blacklist.isListed('911222333')).toBe(true);
    expect(await blacklist.isListed('600111222')).toBe(false);
  });

  it('is not known while the relay is not there', async () => {
    await expect(stand(true).isListed('911222333')).rejects.toMatchObject({ code: 'team.offline' });
  });
});
