// SPDX-License-Identifier: MIT
import type { WireError } from '../../src-shared/errors.ts';
import type { BlacklistEntry } from '../../src-shared/ipc/map.ts';
import type { DeviceView } from '../../src-shared/relay/protocol.ts';
import type { AnswerRecord, TeamSettings } from '../../src-shared/rules/team.ts';
import type { ReminderView } from '../../src-shared/state.ts';

/** What a relay, or this computer alone, has of a team. */
export type TeamWorld = {
  settings: TeamSettings;
  extensions: { extension: string; online: boolean | null; taken: boolean }[];
  devices: DeviceView[];
  blacklist: BlacklistEntry[];
  /** All, also those put off and done; newest first. */
  reminders: ReminderView[];
  answers: AnswerRecord[];
};

declare global {
  interface Window {
    /** What the relay has, to be changed behind the window's back; and how its methods fail, by name. */
    fakeTeam: TeamWorld & { readonly fail: Record<string, WireError> };
  }
}

/**
 * Answers what a window asks about a team, as main and a relay would. Runs in the page as it is written here, after
 * `installFakeBridge`, so it may use nothing from outside itself.
 */
export function installFakeTeam(world: TeamWorld): void {
  const team = { ...world, fail: {} as Record<string, WireError> };
  window.fakeTeam = team;
  const fake = window.fakeMain;
  const ok = (value: unknown) => ({ ok: true, value });

  function admin(method: string, params: never): unknown {
    const wrong = team.fail[method];
    if (wrong !== undefined) return { ok: false, error: wrong };
    const given = params as Record<string, unknown>;
    switch (method) {
      case 'admin.settings':
        return ok(team.settings);
      case 'admin.set-settings':
        team.settings = given.settings as TeamSettings;
        return ok(null);
      case 'admin.extensions':
        return ok(team.extensions);
      case 'admin.devices':
        return ok(team.devices);
      case 'admin.pairing-code':
        return ok({ code: 'K7QX3MHP', expiresAt: Date.now() + 600_000 });
      case 'admin.revoke':
        team.devices = team.devices.filter(({ id }) => id !== given.device);
        return ok(null);
      case 'admin.set-keys':
        return ok({ balance: 42.5, currency: 'EUR' });
      case 'admin.import-csv': {
        const lines = String(given.csv).trimEnd().split('\n');
        const refused = lines.flatMap((line, index) =>
          index > 0 && !/\d{3}/.test(line) ? [{ line: index + 1, why: 'number' }] : [],
        );
        return ok({ kept: lines.length - 1 - refused.length, refused });
      }
      default:
        return ok(null);
    }
  }

  function act([id, action, minutes]: readonly unknown[]): unknown {
    if (action === 'call') return ok({ key: 'sip:1' });
    const now = Date.now();
    team.reminders = team.reminders.map((one) =>
      one.id !== id
        ? one
        : action === 'done'
          ? { ...one, state: 'done' as const, closed: { at: now, by: '104', why: 'done' as const } }
          : { ...one, state: 'snoozed' as const, dueAt: now + Number(minutes) * 60_000 },
    );
    fake.setState({ reminders: fake.state.reminders.filter((one) => one.id !== id) });
    return ok({ key: null });
  }

  fake.others.push((name, args) => {
    const [first, second] = args;
    switch (name) {
      case 'team.admin': {
        const { method, params } = first as { method: string; params: never };
        return admin(method, params);
      }
      case 'team.pair':
        return ok({ extension: '104', role: 'agent', password: true });
      case 'blacklist.list': {
        const rest = team.blacklist.filter(({ number }) => first === null || number > String(first));
        return ok({ entries: rest.slice(0, 50), next: rest.length > 50 ? rest[49]?.number : null });
      }
      case 'blacklist.has':
        return ok(team.blacklist.some(({ number }) => number === first));
      case 'blacklist.set': {
        const number = String(first).replaceAll(' ', '');
        team.blacklist = team.blacklist.filter((one) => one.number !== number);
        if (second === true) team.blacklist = [{ number, numberText: String(first), name: '' }, ...team.blacklist];
        return ok(undefined);
      }
      case 'reminders.page':
        return ok({ rows: team.reminders, next: null });
      case 'reminder.act':
        return act(args);
      case 'answers.of':
        return ok(team.answers);
      case 'account.balance':
        return ok({ balance: 42.5, currency: 'EUR' });
      default:
        return undefined;
    }
  });
}
