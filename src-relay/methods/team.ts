// SPDX-License-Identifier: MIT
import { teamProblem } from '../../src-shared/rules/team-problem.ts';
import { importCsv } from '../csv.ts';
import type { Directory, SomeHandlers, Team } from '../parts.ts';
import { WireFailure } from '../parts.ts';
import type { Pbx } from '../pbx.ts';
import { createQuota } from '../quota.ts';

export type TeamMethodsOptions = {
  readonly directory: Directory;
  readonly team: Team;
  readonly pbx: Pick<Pbx, 'extensions'>;
  /** UTC ms. */
  readonly now?: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic?: () => number;
};

const PAGE = 200;
const MINUTE = 60_000;
/** Messages of at most two hundred entries: a desktop's whole address book goes in within minutes. */
const PUTS = 120;

/** `directory.*`, `blacklist.set`, and what an admin sets for the team. Roles were checked before (`rpc.ts`). */
export function teamMethods(options: TeamMethodsOptions) {
  const { directory, team, pbx, now = Date.now, monotonic = () => performance.now() } = options;
  const puts = createQuota(PUTS, MINUTE, monotonic);

  return {
    'directory.put': async (caller, { entries }) => {
      puts.take(caller.device);
      const kept = await directory.put(caller.tenant, entries);
      for (const { number, entry } of entries) {
        if (entry.blacklisted) await directory.setBlacklisted(caller.tenant, number, true, caller.extension);
      }
      return { kept };
    },
    'directory.get': (caller, { number }) => directory.get(caller.tenant, number),
    'blacklist.set': async (caller, { number, on }) => {
      const isTaken = await directory.setBlacklisted(caller.tenant, number, on, caller.extension);
      if (!isTaken) throw new WireFailure('team.number', 'a number that cannot be listed');
      return null;
    },
    'admin.settings': ({ tenant }) => team.settings(tenant),
    'admin.set-settings': async ({ tenant }, { settings }) => {
      const problem = teamProblem(settings);
      if (problem !== null) throw new WireFailure(problem.code, problem.code, problem.params);
      await team.save(tenant, settings);
      return null;
    },
    'admin.extensions': async (caller) => {
      const [extensions, { members }] = await Promise.all([pbx.extensions(caller), team.settings(caller.tenant)]);
      const taken = new Set(members.map(({ extension }) => extension));
      return extensions.map((one) => ({ ...one, taken: taken.has(one.extension) }));
    },
    'admin.blacklist': ({ tenant }, { after }) => directory.blacklist(tenant, after, PAGE),
    'admin.import-csv': async ({ tenant, extension }, { csv }) =>
      importCsv(csv, directory, { tenant, settings: await team.settings(tenant), now: now(), by: extension }),
  } satisfies SomeHandlers;
}
