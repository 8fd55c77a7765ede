// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';
import type { Results } from '../../src-shared/ipc/map.ts';
import type { Ask } from '../events/relay-client.ts';
import type { StoreApi } from '../store/api.ts';
import type { ContactService } from './contacts.ts';

/** Numbers whose calls are refused (section 10 of the guide): the relay's list in a team, else one on this computer. */
export type Blacklist = {
  /** @throws AppError `dial.invalid` for what is no number of a caller; `team.*` of the relay */
  set(number: string, on: boolean): Promise<void>;
  list(after: string | null): Promise<Results['blacklist.list']>;
  /** On this computer: for one agent alone; a team's relay looks for itself. */
  has(number: string): Promise<boolean>;
  /**
   * On the list that counts: the team's, else this computer's.
   *
   * @throws AppError `team.*` of the relay
   */
  isListed(number: string): Promise<boolean>;
};

export type BlacklistOptions = {
  readonly store: StoreApi['blacklist'];
  readonly team: { isTeam(): boolean; readonly ask: Ask };
  readonly contacts: Pick<ContactService, 'find'>;
  readonly canonical: (number: string) => string;
  readonly format: (number: string) => string;
};

/** Of the list here, and of the relay's: fewer are all there are. */
const PAGE = 200;
/** An extension or a short number is no stranger's. */
const SHORTEST = 7;

export function createBlacklist({ store, team, contacts, canonical, format }: BlacklistOptions): Blacklist {
  const local = async (after: string | null): Promise<readonly { number: string; name: string }[]> => {
    const numbers = await store.list(after, PAGE);
    return Promise.all(numbers.map(async (number) => ({ number, name: (await contacts.find(number))?.name ?? '' })));
  };
  return {
    async set(typed, on) {
      const number = canonical(typed);
      if (number.replace(/\D/g, '').length < SHORTEST) throw new AppError('dial.invalid');
      if (team.isTeam()) await team.ask('blacklist.set', { number, on });
      else await store.set(number, on);
    },
    async list(after) {
      const found = await (team.isTeam() ? team.ask('admin.blacklist', { after }) : local(after));
      const entries = found.map(({ number, name }) => ({ number, numberText: format(number), name }));
      return { entries, next: entries.length < PAGE ? null : (entries.at(-1)?.number ?? null) };
    },
    has: (number) => store.has(canonical(number)),
    async isListed(typed) {
      const number = canonical(typed);
      if (number === '') return false;
      if (!team.isTeam()) return store.has(number);
      return (await team.ask('directory.get', { number }))?.blacklisted ?? false;
    },
  };
}
