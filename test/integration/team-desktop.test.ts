// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TeamSettings } from '../../src-shared/rules/team.ts';
import { type Desktop, keychainOf, startTeamStand, TENANT, type TeamStand } from './team-stand.ts';

vi.mock('../../src-main/secrets/keytar.ts', async () => ({
  loadKeytar: (await import('./team-stand.ts')).loadFakeKeytar,
}));

const CALLER = '+34600111222';
const DID = '+34912345678';
let stand: TeamStand;
beforeEach(async () => {
  stand = await startTeamStand();
});
afterEach(() => stand.stop());

async function member(
  name: string,
  extension: string,
  role: 'agent' | 'supervisor' | 'admin' = 'agent',
): Promise<Desktop> {
  const desktop = await stand.desktop(name);
  await desktop.pair(await stand.code(extension, role));
  await expect.poll(() => desktop.state().team.state).toBe('on');
  return desktop;
}
const historyOf = async (desktop: Desktop) => {
  const filter = { direction: null, missed: false, disposition: null, search: '' };
  return (await desktop.handlers['history.page']('main', { before: null, limit: 20, filter })).rows;
};
const ackedOf = async (extension: string) => {
  const devices = await stand.relay.parts.devices.list(TENANT);
  return devices.find((device) => device.extension === extension)?.acked ?? null;
};
async function saveTeam(patch: Partial<TeamSettings>): Promise<void> {
  const { team } = stand.relay.parts;
  await team.save(TENANT, { ...(await team.settings(TENANT)), ...patch });
}
const contact = (extra: object) => ({
  ...{ id: null, name: 'Ana Núñez', company: '', email: '', url: '', responsible: '', numbers: [CALLER] },
  ...extra,
});

describe('joining', () => {
  test('a code makes a desktop of the team: its line registers, and no key of the account is here', async () => {
    const desktop = await stand.desktop('ana');
    expect(desktop.state().stage).toBe('setup');
    const code = await stand.code('101');
    await expect(desktop.pair('ZZZZ2222')).rejects.toMatchObject({ code: 'team.code' });
    const noRelay = { url: stand.sandbox.url, code, name: '' };
    await expect(desktop.handlers['team.pair']('main', noRelay)).rejects.toMatchObject({ code: 'team.bad-reply' });
    const clear = { url: 'http://relay.example', code, name: '' };
    await expect(desktop.handlers['team.pair']('main', clear)).rejects.toMatchObject({ code: 'team.url' });

    expect(await desktop.pair(` ${code.toLowerCase()} `)).toEqual({ extension: '101', role: 'agent', password: true });
    const { stage, account, team, relay, settings } = desktop.state();
    expect({ stage, account }).toEqual({ stage: 'ready', account: { pbxId: '123456', extension: '101' } });
    expect(team).toMatchObject({ state: 'on', extension: '101', role: 'agent', error: null });
    expect(settings.accountOffsetMinutes).toBe(60);
    expect(relay.state).toBe('off');
    expect([...keychainOf('ana').keys()].sort()).toEqual(['relay-token', 'sip-password']);
    const register = desktop.commands().findLast((command) => command.type === 'register');
    expect(register?.config.user).toBe('123456-101');
    await expect((await stand.desktop('other')).pair(code)).rejects.toMatchObject({ code: 'team.code' });
  });

  test('after a restart it is there again, and a second copy of it takes over without a fight', async () => {
    await (await member('ana', '101')).quit();
    const first = await stand.desktop('ana');
    await expect.poll(() => first.state().team.state).toBe('on');
    expect(first.state().stage).toBe('ready');

    const token = keychainOf('ana').get('relay-token') ?? '';
    const copy = await stand.desktop('copy');
    const code = await stand.code('102');
    await copy.pair(code);
    await copy.quit();
    keychainOf('copy').set('relay-token', token);
    const second = await stand.desktop('copy');
    await expect.poll(() => second.state().team.state).toBe('on');
    await expect.poll(() => first.state().team.error?.code).toBe('team.replaced');
    expect(first.state().notices.map((notice) => notice.error.code)).toContain('team.replaced');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(second.state().team.state).toBe('on');

    await first.handlers['team.retry']('main');
    await expect.poll(() => first.state().team.state).toBe('on');
    await expect.poll(() => second.state().team.error?.code).toBe('team.replaced');
  });

  test('a provisioning file joins a team at the first start, and leaves it alone afterwards', async () => {
    const code = await stand.code('101');
    const first = await stand.desktop('ana', {}, { code, name: 'Desk 7' });
    expect(first.state()).toMatchObject({ stage: 'ready', team: { state: 'on', extension: '101' } });
    await first.quit();
    const again = await stand.desktop('ana', {}, { code, name: 'Desk 7' });
    await expect.poll(() => again.state().team.state).toBe('on');
    expect(again.state().notices).toEqual([]);
    expect((await stand.relay.parts.devices.list(TENANT)).map((device) => device.name)).toEqual(['Desk, Desk 7']);
    const other = await stand.desktop('other', {}, { code, name: '' });
    expect(other.state()).toMatchObject({ stage: 'setup', notices: [{ error: { code: 'team.code' } }] });
  });

  test('taken out by the administrator, it says so and forgets what it had; left, it is alone again', async () => {
    const desktop = await member('ana', '101');
    const admin = await member('boss', '103', 'admin');
    const devices = (await admin.handlers['team.admin']('main', { method: 'admin.devices', params: null })) as {
      id: string;
      extension: string;
    }[];
    const device = devices.find((one) => one.extension === '101')?.id ?? '';
    await admin.handlers['team.admin']('main', { method: 'admin.revoke', params: { device } });
    await expect.poll(() => desktop.state().stage).toBe('setup');
    expect(desktop.state().team).toMatchObject({ state: 'revoked', error: { code: 'team.revoked' } });
    expect(keychainOf('ana').size).toBe(0);
    await desktop.quit();
    const again = await stand.desktop('ana');
    expect(again.state().team.state).toBe('revoked');
    await again.pair(await stand.code('101'));
    expect(again.state().team.state).toBe('on');

    await again.handlers['setup.forget']('main');
    expect(again.state()).toMatchObject({
      stage: 'setup',
      team: { state: 'off' },
      settings: { teamUrl: '', extension: '' },
    });
    expect(keychainOf('ana').size).toBe(0);
    // The relay is told while the desktop is alone already.
    await expect
      .poll(async () => (await stand.relay.parts.devices.list(TENANT)).map((one) => one.extension))
      .toEqual(['103']);
  });
});

describe('events', () => {
  test('reach the desktops they concern, are kept there, and only then acknowledged', async () => {
    const ana = await member('ana', '101');
    const luis = await member('luis', '102');
    const boss = await member('boss', '103', 'supervisor');
    const call = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await call.start();
    await call.ring('101');
    await expect.poll(() => ana.state().calls).toMatchObject([{ number: CALLER, phase: 'ringing' }]);
    await call.answer('101');
    await expect.poll(() => ana.state().calls).toMatchObject([{ phase: 'talking' }]);
    await call.end({ disposition: 'answered', duration: 12 });
    await expect.poll(() => historyOf(ana)).toMatchObject([{ call: { duration: 12, disposition: 'answered' } }]);
    expect(luis.popups()).toEqual([]);
    expect([await historyOf(luis), await historyOf(boss), boss.popups()]).toEqual([[], [], []]);
    await ana.quit();
    await expect.poll(() => ackedOf('101')).toBeGreaterThan(0);
  });

  test('what happened while the network was away comes once, in its place, and a call that is over never rings', async () => {
    const ana = await member('ana', '101');
    ana.cable.cut();
    await expect.poll(() => ana.state().team).toMatchObject({ state: 'failed', error: { code: 'team.unreachable' } });
    const missed = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await missed.start();
    await missed.ring('101');
    await missed.end({ disposition: 'no answer' });
    const live = stand.sandbox.calls.incoming({ from: '+34911222333', did: DID });
    await live.start();
    await live.ring('101');
    ana.cable.restore();
    ana.emit('resume', undefined);
    const ringing = () => ana.state().calls.filter((call) => call.phase === 'ringing');
    await expect.poll(ringing).toMatchObject([{ number: '+34911222333' }]);
    await live.answer('101');
    await live.end({ disposition: 'answered', duration: 3 });
    // Both began in the same second of the PBX's clock: their order in the list is nobody's.
    const ends = async () => (await historyOf(ana)).map(({ call }) => [call.number, call.disposition]).sort();
    await expect.poll(ends).toEqual([
      [CALLER, 'no-answer'],
      ['+34911222333', 'answered'],
    ]);
    const rang = ana.popups().flatMap((calls) => calls.filter((call) => call.phase === 'ringing'));
    expect(new Set(rang.map((call) => call.number))).toEqual(new Set(['+34911222333']));
  });

  test('what happened while the program was off is there after its start', async () => {
    const ana = await member('ana', '101');
    const before = stand.sandbox.calls.incoming({ from: '+34911222333', did: DID });
    await before.ring('101');
    await before.end({ disposition: 'busy' });
    await expect.poll(async () => (await historyOf(ana)).length).toBe(1);
    await ana.quit();
    const missed = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await missed.start();
    await missed.ring('101');
    await missed.end({ disposition: 'no answer' });
    const again = await stand.desktop('ana');
    await expect.poll(async () => (await historyOf(again)).length).toBe(2);
    expect(again.popups().flatMap((calls) => calls.filter((call) => call.phase === 'ringing'))).toEqual([]);
    expect(again.state().missed).toBe(2);
  });

  test('a relay that restarts is found again by itself', async () => {
    const ana = await member('ana', '101');
    ana.cable.cut();
    await expect.poll(() => ana.state().team.state).toBe('failed');
    ana.cable.restore();
    await expect.poll(() => ana.state().team.state, { timeout: 20_000 }).toBe('on');
  });
});

describe('the PBX through the relay', () => {
  test('callback, recording, balance and forwarding are asked of it, for the own extension', async () => {
    const ana = await member('ana', '101');
    const registered = { type: 'registration', state: 'registered', error: null, realm: null, retryIn: null } as const;
    await ana.engine(registered);
    await ana.handlers['settings.set']('main', { dialMode: 'callback' });
    await ana.handlers['call.dial']('main', '600 11 12 22');
    expect(stand.sandbox.api.callbacks).toMatchObject([{ from: '101', to: CALLER }]);
    // The PBX shows one of the account's numbers: known, because the relay told them.
    await expect
      .poll(() => {
        const policy = ana.commands().findLast((command) => command.type === 'policy');
        return policy?.policy.expected.map((one) => one.number.replace('+', ''));
      })
      .toContain(DID.slice(1));

    await expect(Promise.resolve(ana.handlers['account.balance']('main'))).rejects.toMatchObject({
      code: 'team.not-allowed',
    });
    await saveTeam({ balanceFor: ['101'] });
    expect(await ana.handlers['account.balance']('main')).toMatchObject({ balance: 18.1636, currency: 'EUR' });

    const wanted = { on: true, to: '600 11 12 22', condition: 'noanswer' } as const;
    expect(await ana.handlers['forward.set']('main', wanted)).toMatchObject({ on: true, to: CALLER });
    expect(await ana.handlers['forward.get']('main')).toMatchObject({ on: true, to: CALLER });

    const call = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await call.ring('101');
    await call.answer('101');
    await call.end({ disposition: 'answered', duration: 5, isRecorded: true });
    await call.record();
    await expect.poll(async () => (await historyOf(ana))[0]?.recording.state, { timeout: 15_000 }).toBe('ready');
  });

  test('an administrator asks the relay, an agent may not, and nobody asks what is no question', async () => {
    const ana = await member('ana', '101');
    const boss = await member('boss', '103', 'admin');
    const ask = async (desktop: Desktop, method: string, params: unknown) =>
      desktop.handlers['team.admin']('main', { method, params } as never);
    await expect(ask(ana, 'admin.settings', null)).rejects.toMatchObject({ code: 'team.not-allowed' });
    await expect(ask(boss, 'admin.nothing', null)).rejects.toMatchObject({ code: 'ipc.refused' });
    await expect(ask(boss, 'admin.revoke', { device: 7 })).rejects.toMatchObject({ code: 'ipc.refused' });
    const settings = (await ask(boss, 'admin.settings', null)) as TeamSettings;
    const members = [{ extension: '101', name: 'Ana Torres', email: '', crmUser: '' }];
    await ask(boss, 'admin.set-settings', { settings: { ...settings, members, defaultResponsible: '101' } });
    await expect
      .poll(() => ana.state().team)
      .toMatchObject({
        ...{ members: [{ extension: '101', name: 'Ana Torres' }], defaultResponsible: '101' },
      });
  });
});

describe('the directory and what follows from it', () => {
  test('a contact’s responsible gets the call, and the call says why; removed, nobody knows the caller', async () => {
    const ana = await member('ana', '101');
    const luis = await member('luis', '102');
    const saved = await ana.handlers['contacts.save']('main', contact({ responsible: '102' }));
    const { directory } = stand.relay.parts;
    await expect.poll(() => directory.get(TENANT, CALLER)).toMatchObject({ name: 'Ana Núñez', responsible: '102' });
    await expect.poll(() => stand.relay.parts.presence.of(TENANT, '102')).toBe('free');

    const call = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    expect(await call.start()).toMatchObject({ redirect: '102', caller_name: 'Ana Nunez' });
    await call.ring('102');
    await call.end({ disposition: 'no answer' });
    await expect.poll(async () => (await historyOf(luis)).length).toBe(1);
    const row = (await historyOf(luis))[0]?.id ?? 0;
    await expect
      .poll(async () => luis.handlers['answers.of']('main', row))
      .toMatchObject([{ reason: 'responsible', extension: '102', answer: { redirect: '102' } }]);

    await ana.handlers['contacts.remove']('main', saved.id);
    await expect.poll(async () => (await directory.get(TENANT, CALLER))?.responsible ?? null).toBeNull();
  });

  test('contacts from before the pairing are told too', async () => {
    const ana = await stand.desktop('ana');
    const numbers = Array.from({ length: 450 }, (_, index) => `+3460011${1000 + index}`);
    for (const number of numbers)
      await ana.handlers['contacts.save']('main', contact({ name: `N ${number}`, numbers: [number] }));
    await ana.pair(await stand.code('101'));
    const { directory } = stand.relay.parts;
    await expect
      .poll(async () => (await directory.get(TENANT, numbers.at(-1) ?? ''))?.name, { timeout: 15_000 })
      .toBe(`N ${numbers.at(-1)}`);
    expect((await directory.get(TENANT, numbers[0] ?? ''))?.name).toBe(`N ${numbers[0]}`);
  });

  test('any agent may put a number on the blacklist; taking it off is the administrator’s', async () => {
    const ana = await member('ana', '101');
    const boss = await member('boss', '103', 'admin');
    await ana.handlers['blacklist.set']('main', '600 11 12 22', true);
    const call = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    expect(await call.start()).toEqual({ redirect: 'blacklist' });
    const off = Promise.resolve(ana.handlers['blacklist.set']('main', CALLER, false));
    await expect(off).rejects.toMatchObject({ code: 'team.not-allowed' });
    const listed = await boss.handlers['blacklist.list']('main', null);
    expect(listed.entries.map((one) => one.number.replace('+', ''))).toEqual(['34600111222']);
    await boss.handlers['blacklist.set']('main', CALLER, false);
    expect(await stand.sandbox.calls.incoming({ from: CALLER, did: DID }).start()).toBeNull();
  });

  test('presence: in a call busy, undisturbed or absent away, else free', async () => {
    const ana = await member('ana', '101');
    const { presence } = stand.relay.parts;
    const now = () => presence.of(TENANT, '101');
    await expect.poll(now).toBe('free');
    ana.emit('absent', { on: true });
    await expect.poll(now).toBe('away');
    ana.emit('absent', { on: false });
    await expect.poll(now).toBe('free');
    await ana.handlers['settings.set']('main', { dnd: true });
    await expect.poll(now).toBe('away');
    await ana.handlers['settings.set']('main', { dnd: false });
    const call = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await call.ring('101');
    await call.answer('101');
    await expect.poll(now).toBe('busy');
    await call.end({ disposition: 'answered' });
    await expect.poll(now, { timeout: 10_000 }).toBe('free');
    await ana.quit();
    await expect.poll(now).toBe('offline');
  });
});

describe('reminders of a company', () => {
  test('a missed caller is one agent’s to call back, once, until somebody has reached them', async () => {
    await saveTeam({ defaultResponsible: '102' });
    const ana = await member('ana', '101');
    const luis = await member('luis', '102');
    const missed = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await missed.start();
    for (const extension of ['101', '102']) await missed.ring(extension);
    await missed.end({ disposition: 'no answer' });
    await expect
      .poll(() => luis.state().reminders, { timeout: 15_000 })
      .toMatchObject([
        { id: missed.pbxCallId, number: CALLER, numberText: '600 11 12 22', count: 1, extension: '102' },
      ]);
    const { reminders } = stand.relay.parts;
    // The other desktop waits for its turn and then finds the work done.
    await new Promise((resolve) => setTimeout(resolve, 26_000));
    expect(await reminders.list(TENANT, null, null)).toHaveLength(1);
    expect(ana.state().reminders).toEqual([]);

    await luis.handlers['reminder.act']('main', missed.pbxCallId, 'snooze', 10);
    expect(luis.state().reminders).toEqual([]);
    expect(await reminders.list(TENANT, '102', 'snoozed')).toHaveLength(1);

    const back = stand.sandbox.calls.outgoing({ extension: '101', to: CALLER });
    await back.start();
    await back.answer();
    await back.end({ disposition: 'answered', duration: 20 });
    await expect.poll(() => reminders.list(TENANT, null, 'done')).toMatchObject([{ closed: { why: 'reached' } }]);
    await expect
      .poll(async () => (await luis.handlers['reminders.page']('main', { before: null, limit: 5 })).rows)
      .toMatchObject([{ id: missed.pbxCallId, state: 'done', closed: { why: 'reached' } }]);
  }, 90_000);

  test('the desktop whose turn it is has vanished: another makes the reminder', async () => {
    await saveTeam({ defaultResponsible: '102' });
    await member('ana', '101');
    const luis = await member('luis', '102');
    await luis.quit();
    const missed = stand.sandbox.calls.incoming({ from: CALLER, did: DID });
    await missed.start();
    for (const extension of ['101', '102']) await missed.ring(extension);
    await missed.end({ disposition: 'cancel' });
    const { reminders } = stand.relay.parts;
    await expect
      .poll(() => reminders.list(TENANT, '102', 'open'), { timeout: 40_000 })
      .toMatchObject([{ id: missed.pbxCallId }]);
    const again = await stand.desktop('luis');
    await expect.poll(() => again.state().reminders).toMatchObject([{ id: missed.pbxCallId }]);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await reminders.list(TENANT, null, null)).toHaveLength(1);
  }, 90_000);
});
