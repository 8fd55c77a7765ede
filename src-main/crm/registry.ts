// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';
import type { ConnectorView } from '../../src-shared/crm/view.ts';
import { toWireError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { Connector } from './api.ts';

/** A connector that is set up, with what its sign-in needs. */
export type Built = {
  readonly connector: Connector;
  /** `sign-in`: nobody has signed in, or the CRM has ended it. */
  readonly state: () => Extract<ConnectorView['state'], 'ready' | 'sign-in'>;
  /** Opens the browser; absent for CRMs without such a sign-in. */
  readonly connect?: (signal: AbortSignal) => Promise<void>;
  /** Gives up the sign-in here and, when it can be reached, at the CRM. */
  readonly disconnect?: () => Promise<void>;
  /** Ends what must not be cut off. */
  readonly close?: () => Promise<void>;
};

/** Makes a connector of its settings. @throws AppError when the settings cannot be used */
export type Build = {
  (settings: ConnectorSettings, changed: () => void): Promise<Built>;
  /** Deletes what the keychain holds for a connector that is no more. @throws AppError `keychain.*` */
  readonly forget?: (id: string) => Promise<void>;
};

/** The connectors that are set up, made anew when their settings change. */
export type Registry = {
  /**
   * Called with each change of the settings; connectors that stayed the same stay. One that is gone is signed out, and
   * its secrets with it: the next of its type takes its id.
   */
  apply(list: readonly ConnectorSettings[]): Promise<void>;
  /** Enabled and signed in, in the order of the settings. */
  active(): readonly { readonly connector: Connector; readonly settings: ConnectorSettings }[];
  get(id: string): Built | null;
  views(): readonly ConnectorView[];
  connect(id: string): Promise<void>;
  cancel(id: string): void;
  disconnect(id: string): Promise<void>;
  /** What it signs in with has changed: make it anew. */
  rebuild(id: string): Promise<void>;
  close(): Promise<void>;
};

type Slot = {
  settings: ConnectorSettings;
  built: Built | null;
  error: unknown;
  connecting: AbortController | null;
};

/** A CRM that does not answer must not hold up the settings, nor the program's end. */
const FAREWELL_MS = 3_000;

export function createRegistry(build: Build, changed: () => void, log: Log): Registry {
  const slots = new Map<string, Slot>();
  let turn: Promise<void> = Promise.resolve();

  const make = async (settings: ConnectorSettings): Promise<Slot> => {
    const slot: Slot = { settings, built: null, error: null, connecting: null };
    if (!settings.enabled) return slot;
    try {
      slot.built = await build(settings, changed);
    } catch (error) {
      slot.error = error;
      log.warn('a CRM could not be set up', { connector: settings.id, error });
    }
    return slot;
  };

  const drop = async (slot: Slot | undefined): Promise<void> => {
    slot?.connecting?.abort();
    await slot?.built?.close?.();
  };

  /** Out of the settings for good. The keychain goes first; the CRM is told as far as it listens. */
  const leave = async (slot: Slot): Promise<void> => {
    const { settings } = slot;
    const failed = (error: unknown) => log.warn('a removed CRM left something', { connector: settings.id, error });
    await drop(slot).catch(failed);
    // One that is off has its tokens all the same.
    const built = slot.built ?? (await build({ ...settings, enabled: true }, () => {}).catch(() => null));
    const told = built?.disconnect?.().catch(failed);
    await build.forget?.(settings.id).catch(failed);
    await within(FAREWELL_MS, told);
  };

  const replace = async (settings: ConnectorSettings): Promise<void> => {
    await drop(slots.get(settings.id));
    slots.set(settings.id, await make(settings));
  };

  const applyNow = async (list: readonly ConnectorSettings[]): Promise<void> => {
    for (const [id, slot] of slots) {
      if (list.some((one) => one.id === id)) continue;
      slots.delete(id);
      await leave(slot);
    }
    for (const settings of list) {
      const known = slots.get(settings.id)?.settings;
      if (JSON.stringify(known) !== JSON.stringify(settings)) await replace(settings);
    }
    changed();
  };

  /** Changes never overlap. */
  const queued = (run: () => Promise<void>): Promise<void> => {
    turn = turn.then(run, run);
    return turn;
  };

  const stateOf = (slot: Slot): ConnectorView['state'] => {
    if (!slot.settings.enabled) return 'off';
    if (slot.connecting !== null) return 'connecting';
    return slot.built?.state() ?? 'failed';
  };

  return {
    apply: (list) => queued(() => applyNow(list)),
    active: () =>
      [...slots.values()].flatMap(({ built, settings }) =>
        built !== null && built.state() === 'ready' ? [{ connector: built.connector, settings }] : [],
      ),
    get: (id) => slots.get(id)?.built ?? null,
    views: () =>
      [...slots.values()].map((slot) => ({
        id: slot.settings.id,
        type: slot.settings.type,
        name: slot.settings.name,
        state: stateOf(slot),
        error: slot.error === null ? null : toWireError(slot.error),
        capabilities: slot.built?.connector.capabilities ?? null,
      })),
    async connect(id) {
      const slot = slots.get(id);
      if (slot?.built?.connect === undefined) return;
      slot.connecting?.abort();
      const attempt = new AbortController();
      slot.connecting = attempt;
      slot.error = null;
      changed();
      try {
        await slot.built.connect(attempt.signal);
      } catch (error) {
        if (slot.connecting === attempt) slot.error = error;
        throw error;
      } finally {
        if (slot.connecting === attempt) slot.connecting = null;
        changed();
      }
    },
    cancel: (id) => slots.get(id)?.connecting?.abort(),
    async disconnect(id) {
      await slots.get(id)?.built?.disconnect?.();
      changed();
    },
    rebuild: (id) =>
      queued(async () => {
        const slot = slots.get(id);
        if (slot !== undefined) await replace(slot.settings);
        changed();
      }),
    close: () =>
      queued(async () => {
        await Promise.allSettled([...slots.values()].map(drop));
      }),
  };
}

/** Ends with the work, or after that time. */
async function within(ms: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
