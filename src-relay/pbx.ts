// SPDX-License-Identifier: MIT
import type { MegacallClient } from '../src-megacall/client.ts';
import { AppError } from '../src-shared/errors.ts';
import type { Balance } from '../src-shared/megacall/api-types.ts';
import { hideInLogs } from '../src-shared/redaction.ts';
import type { RelayMethods } from '../src-shared/relay/protocol.ts';
import type { HadPart } from './had-part.ts';
import { keyPart } from './keys.ts';
import { type Caller, type Team, type Tenants, WireFailure } from './parts.ts';
import type { Account, Accounts } from './pbx-accounts.ts';
import { createQuota } from './quota.ts';
import type { Kv } from './store/api.ts';

type Value<K extends keyof RelayMethods> = RelayMethods[K]['value'];

/**
 * What desktops may have the relay ask of the PBX: for their own extension, so often, and no more. Rejects with
 * WireFailure: `api.*` of the PBX with its values, `api.rate-limited` also for a device's own quota, `team.not-allowed`.
 */
export type Pbx = {
  /** @throws WireFailure `dial.invalid` too */
  callback(caller: Caller, to: string): Promise<Value<'pbx.callback'>>;
  sms(caller: Caller, number: string, text: string): Promise<Value<'pbx.sms'>>;
  recording(caller: Caller, pbxCallId: string, recordId: string | null): Promise<Value<'pbx.recording'>>;
  /** @throws WireFailure `team.password` too: this device has had it */
  sipPassword(caller: Caller): Promise<Value<'pbx.sip-password'>>;
  /** The device may ask for it once more. */
  allowPassword(tenant: string, device: string): Promise<void>;
  numbers(caller: Caller): Promise<Value<'pbx.numbers'>>;
  redirection(caller: Caller): Promise<Value<'pbx.redirection'>>;
  setRedirection(caller: Caller, forwarding: Value<'pbx.redirection'>): Promise<Value<'pbx.set-redirection'>>;
  balance(caller: Caller): Promise<Balance>;
  statistics(caller: Caller, query: RelayMethods['pbx.statistics']['params']): Promise<Value<'pbx.statistics'>>;
  /** All extensions of the account; whether a phone is registered is asked for the first thirty. */
  extensions(caller: Caller): Promise<readonly { readonly extension: string; readonly online: boolean | null }[]>;
  /** Keeps keys that the PBX takes, with the account's clock. */
  setKeys(caller: Caller, key: string, secret: string): Promise<Balance>;
  /** Reads the account's clock anew: summer time begins and ends. */
  syncClock(tenant: string): Promise<void>;
};

export type PbxOptions = {
  readonly accounts: Accounts;
  readonly tenants: Pick<Tenants, 'get' | 'save' | 'setOffset'>;
  readonly team: Pick<Team, 'settings'>;
  readonly kv: Kv;
  readonly hadPart: HadPart;
  /** UTC ms. */
  readonly now?: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic?: () => number;
};

const MINUTE = 60_000;
/** Requests a device may make in a minute. */
const QUOTAS = {
  ...{ callback: 10, sms: 10, recording: 30, password: 3, forwarding: 10, statistics: 30 },
  ...{ extensions: 5, keys: 5 },
} as const;
/** Seconds a link to a recording lives: fetched at once, or asked for again. */
const LINK_LIFE = 1_800;
const MOST_ASKED = 30;
/** Older calls are not asked for: each month back costs a minute of everybody's statistics. */
const OLDEST_MS = 400 * 24 * 3600_000;

export function createPbx(options: PbxOptions): Pbx {
  const { accounts, tenants, team, kv, hadPart, now = Date.now, monotonic = () => performance.now() } = options;
  const quotas = new Map(
    Object.entries(QUOTAS).map(([what, most]) => [what, createQuota(most, MINUTE, monotonic)] as const),
  );

  /** A piece of work for a device: counted, and its failure told in our words. */
  const serve = async <T>(
    caller: Caller,
    quota: keyof typeof QUOTAS | null,
    work: (account: Account) => Promise<T>,
  ) => {
    if (quota !== null) quotas.get(quota)?.take(caller.device);
    return told(async () => work(await accounts.of(caller.tenant)));
  };
  const inTurn = <T>(caller: Caller, quota: keyof typeof QUOTAS | null, work: (client: MegacallClient) => Promise<T>) =>
    serve(caller, quota, ({ client, fair }) => fair.run(caller.device, () => work(client)));

  const offsetMs = async (tenant: string): Promise<number> =>
    ((await tenants.get(tenant))?.offsetMinutes ?? 0) * MINUTE;

  const passwordKey = (tenant: string, device: string): string => `${tenant}/sip-password/${keyPart(device)}`;

  return {
    sms: (caller, number, text) => serve(caller, 'sms', ({ client }) => client.sendSms(number, text)),
    callback: (caller, to) =>
      serve(caller, 'callback', async ({ client }) => {
        if (!/^\+?\d{2,20}$/.test(to)) throw new WireFailure('dial.invalid');
        const from = caller.extension;
        await client.callback({ from, to, sip: from });
        return { from, to };
      }),

    recording: (caller, pbxCallId, recordId) =>
      serve(caller, 'recording', async ({ client, fair, statistics }) => {
        const ids = await hadPart(caller, pbxCallId, statistics.known(pbxCallId));
        if (ids === null) throw new WireFailure('team.not-allowed', 'a recording of a call of others');
        const record = recordId !== null && ids.has(recordId) ? { callId: recordId } : { pbxCallId };
        return { links: await fair.run(caller.device, () => client.recordLinks(record, LINK_LIFE)) };
      }),

    sipPassword: (caller) =>
      serve(caller, 'password', async ({ client, extensions }) => {
        const key = passwordKey(caller.tenant, caller.device);
        const { pbxId } = await extensions();
        // Marked first: two questions at once get one password.
        if (!(await kv.put('grants', key, JSON.stringify({ at: now() }), 0))) {
          throw new WireFailure('team.password', 'this device has had its SIP password');
        }
        try {
          return { password: await client.sipPassword(caller.extension), pbxId };
        } catch (error) {
          await kv.remove('grants', key);
          throw error;
        }
      }),

    allowPassword: (tenant, device) => kv.remove('grants', passwordKey(tenant, device)),

    numbers: (caller) => serve(caller, null, async ({ numbers }) => ({ numbers: await numbers() })),

    redirection: (caller) => inTurn(caller, 'forwarding', (client) => client.redirection(caller.extension)),

    setRedirection: (caller, forwarding) =>
      inTurn(caller, 'forwarding', async (client) => {
        if (forwarding.on && !/^\+?\d{2,20}$/.test(forwarding.to)) throw new WireFailure('dial.invalid');
        return client.setRedirection(caller.extension, forwarding);
      }),

    balance: (caller) =>
      serve(caller, null, async ({ balance }) => {
        const { balanceFor } = await team.settings(caller.tenant);
        const isAllowed = caller.role !== 'agent' || balanceFor.includes(caller.extension);
        if (!isAllowed) throw new WireFailure('team.not-allowed', 'the balance');
        return balance();
      }),

    statistics: (caller, { from, to, callType }) =>
      serve(caller, 'statistics', async ({ statistics }) => {
        const oldest = now() - OLDEST_MS;
        if (to <= oldest) return { rows: [], complete: true, until: to };
        const { defaultResponsible } = await team.settings(caller.tenant);
        const seesAll = caller.role !== 'agent';
        // What rang nowhere is the default responsible's, as its events are.
        const own = [caller.extension, ...(defaultResponsible === caller.extension ? [null] : [])];
        const query = { from: Math.max(from, oldest), to, callType };
        return statistics.ask(
          query,
          await offsetMs(caller.tenant),
          ({ extension }) => seesAll || own.includes(extension),
        );
      }),

    extensions: (caller) =>
      serve(caller, 'extensions', async ({ client, fair, extensions }) => {
        const { numbers } = await extensions();
        const statusOf = (extension: string): Promise<boolean | null> =>
          client.extensionStatus(extension).then(
            ({ online }) => online,
            () => null,
          );
        const asked = await fair.run(caller.device, () => Promise.all(numbers.slice(0, MOST_ASKED).map(statusOf)));
        return numbers.map((extension, index) => ({ extension, online: asked[index] ?? null }));
      }),

    async setKeys(caller, key, secret) {
      quotas.get('keys')?.take(caller.device);
      hideInLogs(key);
      hideInLogs(secret);
      return told(async () => {
        const credentials = { key: key.trim(), secret: secret.trim() };
        const trial = await accounts.trial(caller.tenant, credentials);
        const balance = await trial.balance();
        const clock = await trial.timezone();
        const tenant = await tenants.get(caller.tenant);
        if (tenant === null) throw new AppError('setup.not-configured');
        const offsetMinutes = Math.round(clock.offsetMs / MINUTE);
        await tenants.save({ ...tenant, apiKey: credentials.key, apiSecret: credentials.secret, offsetMinutes });
        accounts.forget(caller.tenant);
        return balance;
      });
    },

    syncClock: (tenant) =>
      told(async () => {
        const { client } = await accounts.of(tenant);
        const offset = (await client.timezone('background')).offsetMs;
        if (offset !== (await offsetMs(tenant))) await tenants.setOffset(tenant, Math.round(offset / MINUTE));
      }),
  };
}

/** The PBX's own errors keep their code and values on the way to the desktop. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new WireFailure(error.code, error.code, error.params);
  }
}
