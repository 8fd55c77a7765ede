// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';
import type { KeychainState } from '../../src-shared/state.ts';
import type { Log } from '../log.ts';
import { type Keytar, loadKeytar } from './keytar.ts';

/** `crm:<connector id>` and what begins so: tokens and secrets of one configured CRM. */
export type SecretName = 'api-key' | 'api-secret' | 'sip-password' | 'relay-token' | `crm:${string}`;

/**
 * The secrets of the program, in the keychain of the operating system and nowhere else. `get`, `set` and `remove`
 * reject with `keychain.locked` or `keychain.unavailable`.
 */
export type Secrets = {
  /** What the last operation met; `ok` until one says otherwise. */
  state(): KeychainState;
  get(name: SecretName): Promise<string | null>;
  /** Resolves when the value can be read back. */
  set(name: SecretName, value: string): Promise<void>;
  remove(name: SecretName): Promise<void>;
  /** From now on until the program ends, values are kept in memory only. */
  useSessionOnly(): void;
  /** Tries the keychain with an item of its own; `state` tells how it went. Nothing to try while session-only. */
  retry(): Promise<void>;
};

export type SecretsOptions = {
  /** Name under which the items stand in the keychain. */
  readonly service: string;
  readonly log: Log;
  readonly keytar?: () => Promise<Keytar>;
  /** Milliseconds a keychain may take: a question on the desktop that nobody answers must not stop the program. */
  readonly timeout?: number;
};

const PROBE = 'probe';
const TIMED_OUT = Symbol('timed out');

export function openSecrets({ service, log, keytar = loadKeytar, timeout = 5_000 }: SecretsOptions): Secrets {
  const memory = new Map<SecretName, string>();
  let state: KeychainState = 'ok';
  let loading: Promise<Keytar> | null = null;
  // One call at a time: each blocks a thread of the pool until the keychain answers, perhaps for ever.
  let queue: Promise<unknown> = Promise.resolve();
  let hanging: Promise<unknown> | null = null;

  function load(): Promise<Keytar> {
    loading ??= keytar().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  function fail(to: 'locked' | 'unavailable', error?: unknown): AppError {
    if (state !== 'session-only') state = to;
    const detail = error instanceof Error ? error.message : 'no answer in time';
    log.warn(`keychain ${to}`, { detail });
    return new AppError(`keychain.${to}`, {}, { cause: error });
  }

  /** Runs one operation after those before it, within the time limit. */
  function ask<Value>(operation: (api: Keytar) => Promise<Value>): Promise<Value> {
    const answer = queue.then(async () => {
      if (hanging !== null && (await withinLimit(hanging)) === TIMED_OUT) throw fail('locked');
      try {
        const call = load().then(operation);
        const value = await withinLimit(call);
        if (value === TIMED_OUT) {
          const settled = call.then(
            () => undefined,
            () => undefined,
          );
          hanging = settled.then(() => {
            hanging = null;
          });
          throw fail('locked');
        }
        if (state !== 'session-only') state = 'ok';
        return value;
      } catch (error) {
        throw error instanceof AppError ? error : fail(isLockedText(error) ? 'locked' : 'unavailable', error);
      }
    });
    queue = answer.catch(() => undefined);
    return answer;
  }

  async function withinLimit<Value>(call: Promise<Value>): Promise<Value | typeof TIMED_OUT> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<typeof TIMED_OUT>((resolve) => {
      timer = setTimeout(resolve, timeout, TIMED_OUT);
    });
    try {
      return await Promise.race([call, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function store(api: Keytar, account: string, value: string): Promise<void> {
    await api.setPassword(service, account, value);
    if ((await api.getPassword(service, account)) !== value) throw new Error('the value could not be read back');
  }

  /** A locked keyring says "no such item" when read; only writing tells the two apart. */
  async function probe(api: Keytar): Promise<void> {
    await store(api, PROBE, 'megadial');
    await api.deletePassword(service, PROBE);
  }

  return {
    state: () => state,

    async get(name) {
      if (state === 'session-only') return memory.get(name) ?? null;
      return ask(async (api) => {
        const value = await api.getPassword(service, name);
        if (value === null) await probe(api);
        return value;
      });
    },

    async set(name, value) {
      if (state === 'session-only') memory.set(name, value);
      else await ask((api) => store(api, name, value));
    },

    async remove(name) {
      memory.delete(name);
      if (state === 'session-only') return;
      await ask(async (api) => {
        const isGone = await api.deletePassword(service, name);
        if (!isGone) await probe(api);
      });
    },

    useSessionOnly() {
      state = 'session-only';
    },

    async retry() {
      if (state === 'session-only') return;
      try {
        await ask(probe);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    },
  };
}

/** How libsecret, macOS and gnome-keyring say that the person has to unlock something first. */
function isLockedText(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return /locked|dismissed|prompt|interaction is not allowed|user canceled|passphrase/i.test(text);
}
