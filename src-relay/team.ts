// SPDX-License-Identifier: MIT
import type { TeamView } from '../src-shared/relay/protocol.ts';
import { DEFAULT_RULES, type TeamSettings } from '../src-shared/rules/team.ts';
import { createLookup } from './lookup.ts';
import type { Team } from './parts.ts';
import type { Kv } from './store/api.ts';

/** A company whose admin has set nothing yet. */
export const DEFAULT_TEAM: TeamSettings = {
  rules: DEFAULT_RULES,
  defaultResponsible: null,
  members: [],
  balanceFor: [],
  namesUrl: '',
  country: 'ES',
};

const POLL_MS = 3_000;

export type TeamService = Team & { close(): void };

export type TeamOptions = {
  readonly kv: Kv;
  /** Milliseconds of a clock that is never set. */
  readonly now?: () => number;
  /** Runs it again and again; returns what ends that. */
  readonly every?: (run: () => void, ms: number) => () => void;
};

/**
 * Settings of companies. What is asked for is remembered for some seconds; while somebody listens, those that were
 * asked for are read again every three seconds, so that a change at another node reaches the desktops of this one.
 */
export function createTeam({ kv, now = () => performance.now(), every = repeat }: TeamOptions): TeamService {
  const listeners = new Set<(tenant: string) => void>();
  /** What listeners know of, as text. */
  const told = new Map<string, string>();
  const load = async (tenant: string): Promise<TeamSettings> => read((await kv.get('settings', tenant))?.value);
  const settings = createLookup(load, now);

  const notice = (tenant: string, value: TeamSettings): void => {
    const text = JSON.stringify(value);
    const before = told.get(tenant);
    told.set(tenant, text);
    if (before === undefined || before === text) return;
    settings.clear();
    for (const listener of listeners) listener(tenant);
  };

  let isPolling = false;
  const poll = async (): Promise<void> => {
    if (isPolling || listeners.size === 0) return;
    isPolling = true;
    // A store that is gone for a moment is asked again at the next turn.
    for (const tenant of told.keys()) await load(tenant).then((value) => notice(tenant, value), ignore);
    isPolling = false;
  };
  const stop = every(() => void poll(), POLL_MS);

  const get = async (tenant: string): Promise<TeamSettings> => {
    const value = await settings.get(tenant);
    if (!told.has(tenant)) told.set(tenant, JSON.stringify(value));
    return value;
  };

  return {
    settings: get,
    async save(tenant, value) {
      if (!told.has(tenant)) await get(tenant);
      await kv.put('settings', tenant, JSON.stringify(value), null);
      settings.clear();
      notice(tenant, value);
    },
    view: async (tenant) => viewOf(await get(tenant)),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: stop,
  };
}

/** What every agent may know. */
function viewOf({ rules, defaultResponsible, country, members }: TeamSettings): TeamView {
  return { rules, defaultResponsible, country, members: members.map(({ extension, name }) => ({ extension, name })) };
}

/** Settings written by an older relay lack what is new; they get its defaults. */
function read(stored: string | undefined): TeamSettings {
  if (stored === undefined) return DEFAULT_TEAM;
  const value = JSON.parse(stored) as Partial<TeamSettings>;
  return { ...DEFAULT_TEAM, ...value, rules: { ...DEFAULT_RULES, ...value.rules } };
}

function repeat(run: () => void, ms: number): () => void {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
}

function ignore(): void {}
