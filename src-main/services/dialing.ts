// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';
import type { DialPreview } from '../../src-shared/ipc/map.ts';
import { parseDialable } from '../../src-shared/numbers/dialable.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { StoreApi } from '../store/api.ts';
import type { Callbacks } from './callbacks.ts';
import type { Phone } from './phone.ts';

/** From what a person wrote to a call, by the softphone or by a callback. */
export type Dialing = {
  /** Throws `dial.*` for what nobody can dial. */
  preview(text: string): DialPreview;
  /** Key of the call, or `callback:<number>` while the PBX has not called yet. */
  dial(text: string): Promise<string>;
  /** The last number that was called, once more; null when there is none. */
  redial(): Promise<string | null>;
  /** Takes a call that rings at another extension. */
  pickup(extension: string): Promise<string>;
  /** Leaves the call at the PBX, for whoever fetches it. */
  park(key: string): void;
};

export type DialingOptions = {
  readonly settings: () => Settings;
  readonly phone: Pick<Phone, 'dial' | 'isRegistered' | 'transfer'>;
  readonly callbacks: Pick<Callbacks, 'ask'>;
  readonly history: Pick<StoreApi['calls'], 'page'>;
};

/** Calls without a number are not looked past for ever. */
const LOOKED_BACK = 20;

export function createDialing({ settings, phone, callbacks, history }: DialingOptions): Dialing {
  const preview = (text: string): DialPreview => {
    const parsed = parseDialable(text, settings().country, settings().sipDomain);
    if (typeof parsed === 'string') throw new AppError(parsed);
    return parsed;
  };

  /**
   * Feature codes mean something to the phone that dials them, and nothing to a callback. Emergency, short and
   * internal numbers go by the softphone whenever it is there: nobody waits for a ring to call 112.
   */
  const byCallback = (kind: DialPreview['kind']): boolean => {
    const { dialMode } = settings();
    if (dialMode === 'softphone' || kind === 'code') return false;
    if (dialMode === 'callback' && kind === 'e164') return true;
    return !phone.isRegistered();
  };

  const dial = async ({ target, kind, after }: DialPreview): Promise<string> => {
    if (!byCallback(kind)) return phone.dial(target, after);
    await callbacks.ask(target);
    return `callback:${target}`;
  };

  const featureCode = (name: 'pickupCode' | 'parkCode', extension: string): string => {
    const code = settings()[name].replace('{ext}', extension);
    if (code === '') throw new AppError('dial.no-code');
    return code;
  };

  return {
    preview,
    dial: async (text) => dial(preview(text)),
    async redial() {
      const filter = { direction: 'out', missed: false, disposition: null, search: '' } as const;
      const { rows } = await history.page({ before: null, limit: LOOKED_BACK, filter });
      const last = rows.find(({ call }) => typeof parseDialable(call.number, settings().country) !== 'string');
      return last === undefined ? null : dial(preview(last.call.number));
    },
    pickup: async (extension) => phone.dial(featureCode('pickupCode', extension)),
    park: (key) => phone.transfer(key, featureCode('parkCode', settings().extension)),
  };
}
