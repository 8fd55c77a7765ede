// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import type { MegacallClient } from '../../src-megacall/client.ts';
import { inNetworks } from '../../src-relay/sources.ts';
import type { DirectCheck, DirectResult, FormerCallInfo } from '../../src-shared/direct.ts';
import { AppError, type WireError } from '../../src-shared/errors.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { AppState } from '../../src-shared/state.ts';
import { LOOPBACK } from '../events/embedded-relay.ts';
import { checkPublicUrl, failed } from './direct-check.ts';
import type { SettingsService } from './settings.ts';

/** Direct mode: the PBX calls the relay inside this app through a tunnel (docs/events.md). */
export type Direct = {
  /** From outside in: is it this very app that answers at our public address? Never rejects. */
  check(): Promise<DirectCheck>;
  /**
   * Gives the PBX our address and switches all notifications on, after it was proved to lead here, and reads back
   * whether it took them. @throws AppError `direct.no-address`, `direct.not-kept`, `api.*`
   */
  register(options: { readonly replace: boolean }): Promise<DirectResult>;
  /** Gives the PBX back what it had. @throws AppError `direct.nothing-to-restore`, `direct.not-ours`, `api.*` */
  restore(): Promise<{ url: string }>;
  /**
   * The account's keys are about to go, because this computer joins a team: while they are here the PBX gets back what
   * it had, if it still sends to us. Says what became of it, and that the relay's address is to be given. Never rejects.
   */
  leave(): Promise<void>;
};

export type DirectOptions = {
  readonly client: Pick<MegacallClient, 'callinfo' | 'setCallinfoUrl' | 'removeCallinfoUrl' | 'setCallNotifications'>;
  readonly settings: SettingsService;
  readonly fetch: typeof globalThis.fetch;
  readonly relay: () => AppState['relay'];
  /** Who asked the relay inside this app to echo that text; null for nobody. */
  readonly sawFrom: (echo: string) => string | null;
  readonly notice: (error: WireError) => void;
};

/** Joining a team does not wait longer for the PBX. */
const LEAVE_MS = 15_000;

/** The six flags of megacall-api.md section 2.5; RECORD and IVR have none. */
const FLAGS = ['start', 'internal', 'answer', 'end', 'out_start', 'out_end'].map((name) => `notify_${name}`);
const ALL_ON = Object.fromEntries(FLAGS.map((name) => [name, true]));

export function createDirect({ client, settings, fetch, relay, sawFrom, notice }: DirectOptions): Direct {
  let turn: Promise<unknown> = Promise.resolve();
  /** What the person was last asked about: consent to one address is none to another. */
  let shown: string | null = null;

  const check = async (): Promise<DirectCheck> => {
    const url = webhookUrl(settings.get());
    if (!settings.get().relayEnabled) return failed(url, 'off');
    if (relay().state !== 'listening') return failed(url, 'not-running', String(relay().port));
    if (url === '') return failed(url, 'no-address');
    const checked = await checkPublicUrl(url, fetch, sawFrom);
    if (!('from' in checked)) return checked;
    // A tunnel that does not say whom it speaks for makes every notification come from this computer.
    const { from } = checked;
    const isHidden = inNetworks(from, LOOPBACK) && !inNetworks(from, settings.get().relaySources);
    return isHidden ? failed(url, 'refused', from) : { state: 'ok', advice: 'reached', url, detail: '' };
  };

  /** Writes address and flags and reads them back. */
  const write = async ({ url, notifications }: FormerCallInfo): Promise<void> => {
    const present = await client.callinfo();
    if (url === '') {
      if (present.url !== '') await client.removeCallinfoUrl(present.url);
    } else if (present.url !== url) await client.setCallinfoUrl(url);
    await client.setCallNotifications(notifications);
    const kept = await client.callinfo();
    const same = Object.entries(notifications).every(([name, on]) => kept.notifications[name] === on);
    if (kept.url !== url || !same) throw new AppError('direct.not-kept', { url: kept.url || '–' });
  };

  const register = async (replace: boolean): Promise<DirectResult> => {
    if (webhookUrl(settings.get()) === '') throw new AppError('direct.no-address');
    const checked = await check();
    if (checked.state === 'failed') return { state: 'unreachable', check: checked };
    const { url } = checked;
    const present = await client.callinfo();
    const isOurs = present.url === url || (present.url !== '' && present.url === settings.get().directUrl);
    if (present.url !== '' && !isOurs && !(replace && present.url === shown)) {
      shown = present.url;
      return { state: 'needs-consent', present: present.url };
    }
    // Kept before anything is changed, so that it can be given back whatever happens in between.
    if (!isOurs) await settings.set({ directFormer: { url: present.url, notifications: flagsOf(present) } });
    await settings.set({ directUrl: url });
    await write({ url, notifications: ALL_ON });
    return { state: 'registered', url, former: isOurs ? null : present.url };
  };

  const restore = async (): Promise<{ url: string }> => {
    const { directFormer: former, directUrl } = settings.get();
    if (former === null) throw new AppError('direct.nothing-to-restore');
    const present = await client.callinfo();
    if (present.url !== directUrl && present.url !== former.url) {
      throw new AppError('direct.not-ours', { url: present.url || '–' });
    }
    await write(former);
    await settings.set({ directUrl: '', directFormer: null });
    return { url: former.url };
  };

  /** What the PBX was given back; null when somebody had replaced our address, and there is nothing to say. */
  const giveBack = async (directUrl: string): Promise<string | null> => {
    if ((await client.callinfo()).url === directUrl) return (await restore()).url || '–';
    await settings.set({ directUrl: '', directFormer: null });
    return null;
  };
  const leave = async (): Promise<void> => {
    const { directUrl } = settings.get();
    if (directUrl === '') return;
    try {
      const late = sleep(LEAVE_MS, undefined, { ref: false }).then(() => Promise.reject(new AppError('api.timeout')));
      const url = await Promise.race([queued(() => giveBack(directUrl)), late]);
      if (url !== null) notice({ code: 'direct.given-back', params: { url } });
    } catch {
      // Kept for whoever comes back with keys of their own.
      notice({ code: 'direct.left-behind', params: { url: directUrl } });
    }
  };

  /** One change at a time: two clicks must not take our own address for somebody else's. */
  const queued = <T>(run: () => Promise<T>): Promise<T> => {
    const done = turn.then(run, run);
    turn = done.catch(() => undefined);
    return done;
  };

  return {
    check,
    register: ({ replace }) => queued(() => register(replace)),
    restore: () => queued(restore),
    leave,
  };
}

/** The address the PBX is to be given: the tunnel's, with the relay's path when it names none; '' without a tunnel. */
export function webhookUrl({ publicUrl, relayPath }: Pick<Settings, 'publicUrl' | 'relayPath'>): string {
  if (publicUrl === '') return '';
  const { origin, pathname } = new URL(publicUrl);
  return pathname === '/' ? `${origin}${relayPath}` : `${origin}${pathname.replace(/\/$/, '')}`;
}

function flagsOf({ notifications }: FormerCallInfo): Readonly<Record<string, boolean>> {
  return Object.fromEntries(FLAGS.map((name) => [name, notifications[name] ?? false]));
}
