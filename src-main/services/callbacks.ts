// SPDX-License-Identifier: MIT

import type { MegacallClient } from '../../src-megacall/client.ts';
import { type AskedCallback, CALLBACK_WINDOW, callbackFor } from '../../src-shared/calls/callback.ts';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import { sameNumber } from '../../src-shared/calls/same-number.ts';
import type { LinePolicy } from '../../src-shared/engine-protocol.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { Hub } from './hub.ts';
import { sipUser } from './line-config.ts';
import type { SettingsService } from './settings.ts';

/**
 * Calls that the PBX sets up: it rings my phone first and the other side once I answer. The request rings people, so
 * it is sent once and never again by itself: only a clear refusal frees the number before its time is over.
 */
export type Callbacks = {
  /** Rejects with `callback.pending`, `callback.refused`, `setup.not-configured` or `api.*`. */
  ask(number: string): Promise<void>;
  /** The session as the rest of the app is to see it: the first leg of a callback is the call that was asked for. */
  claim(session: SipEvent): SipEvent;
  /** Callers to be answered by themselves now, for the engine. */
  expected(): LinePolicy['expected'];
  /** The engine is gone, and the sessions with it. */
  lost(): void;
};

export type CallbackOptions = {
  readonly client: Pick<MegacallClient, 'callback' | 'directNumbers'>;
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly format: (number: string) => string;
  /** What `expected` answers has changed. */
  readonly onChange: () => void;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
};

/** A caller without a number may be anybody, so it is answered by itself only right after the request. */
const WITHHELD_WINDOW = 15_000;
/** The start of a call is told by the PBX's clock, in whole seconds. */
const PBX_CLOCK_MS = 5_000;
/** The PBX said no: nothing rings. With any other failure it may have heard us. */
const REFUSALS = [
  ...['api.rejected', 'api.unauthorized', 'api.clock', 'api.rate-limited'],
  // The team's relay asked nothing: it is away, or says no itself.
  ...['team.offline', 'team.not-allowed', 'team.refused', 'dial.invalid'],
];

export function createCallbacks(options: CallbackOptions): Callbacks {
  const { client, hub, settings, now, log } = options;
  let asked: readonly AskedCallback[] = [];
  /** Sessions that turned out to be first legs, until they end. */
  const legs = new Map<string, string>();
  let ownNumbers: readonly string[] | null = null;

  const own = (): readonly string[] => [settings.get().extension, sipUser(settings.get()), ...(ownNumbers ?? [])];

  const show = (next: readonly AskedCallback[]): void => {
    asked = next;
    draw();
    options.onChange();
  };

  /** Those that are no call yet: another phone of mine may have taken the ring, and only the PBX tells of it. */
  const draw = (): void => {
    const isCall = ({ number, askedAt }: AskedCallback): boolean =>
      hub
        .get()
        .calls.some(
          (call) =>
            call.direction === 'out' && call.startedAt > askedAt - PBX_CLOCK_MS && sameNumber(call.number, number),
        );
    const open = asked.filter((one) => !isCall(one));
    const callbacks = open.map(({ number, until }) => ({ number, numberText: options.format(number), until }));
    if (JSON.stringify(callbacks) !== JSON.stringify(hub.get().callbacks)) hub.patch({ callbacks });
  };
  hub.subscribe(() => asked.length > 0 && draw());

  const expire = (): void => {
    const left = asked.filter(({ until }) => until > now());
    if (left.length < asked.length) show(left);
  };

  /** The numbers that the PBX may show as the caller; once, and no reason to wait or to fail. */
  const learnOwnNumbers = async (): Promise<void> => {
    if (ownNumbers !== null) return;
    ownNumbers = [];
    try {
      ownNumbers = await client.directNumbers();
      if (asked.length > 0) options.onChange();
    } catch (error) {
      ownNumbers = null;
      log.warn("the account's numbers are not known", { error });
    }
  };

  return {
    async ask(number) {
      const { account } = hub.get();
      if (account === null) throw new AppError('setup.not-configured');
      expire();
      const known = [...asked.map((one) => one.number), ...legs.values()];
      if (known.some((one) => sameNumber(one, number))) throw new AppError('callback.pending');
      const entry = { number, askedAt: now(), until: now() + CALLBACK_WINDOW };
      show([...asked, entry]);
      options.schedule(expire, CALLBACK_WINDOW + 50);
      void learnOwnNumbers();
      try {
        await client.callback({ from: account.extension, to: number, sip: account.extension });
      } catch (error) {
        const code = error instanceof AppError ? error.code : 'internal';
        if (REFUSALS.includes(code)) show(asked.filter((one) => one !== entry));
        if (error instanceof AppError && code === 'api.rejected') {
          throw new AppError('callback.refused', { message: String(error.params.message ?? '') }, { cause: error });
        }
        throw error;
      }
    },

    claim(session) {
      let number = legs.get(session.sessionId);
      if (number === undefined) {
        const found = callbackFor(session, asked, own());
        if (found === null) return session;
        number = found.number;
        legs.set(session.sessionId, number);
        show(asked.filter((one) => one !== found));
      }
      if (session.state === 'ended') legs.delete(session.sessionId);
      // The name on this leg is the PBX's own, not that of the person called.
      return { ...session, callbackTo: number, networkName: null };
    },

    lost: () => legs.clear(),

    expected() {
      if (!settings.get().callbackAutoAnswer || hub.get().registration.state !== 'registered') return [];
      return asked.flatMap(({ number, askedAt, until }) => [
        ...[number, ...own()].map((caller) => ({ number: caller, until })),
        { number: '', until: askedAt + WITHHELD_WINDOW },
      ]);
    },
  };
}
