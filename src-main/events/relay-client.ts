// SPDX-License-Identifier: MIT
import { AppError, ERROR_CODES, type ErrorParams } from '../../src-shared/errors.ts';
import { desktopUrl } from '../../src-shared/relay/address.ts';
import {
  CLOSE,
  type FromRelay,
  PROTOCOL_VERSION,
  type RelayMethod,
  type RelayMethods,
  type TeamView,
} from '../../src-shared/relay/protocol.ts';
import { readValue } from '../../src-shared/relay/value-schemas.ts';
import type { Log } from '../log.ts';
import { createInbox, type InboxOptions } from './inbox.ts';
import { openRelaySocket, type RelaySocket, type RelaySocketOptions } from './relay-socket.ts';

export type Welcome = Extract<FromRelay, { type: 'welcome' }>;

/** Asks the relay; rejects with `team.*`, or with the PBX's own `api.*` where it asked that for us. */
export type Ask = <K extends RelayMethod>(
  method: K,
  params: RelayMethods[K]['params'],
) => Promise<RelayMethods[K]['value']>;

/**
 * The desktop's end of a team: one connection, made again whenever it breaks, and events from where the last left off.
 */
export type RelayClient = {
  readonly ask: Ask;
  isOn(): boolean;
  /** The computer woke or changed its network: test the connection, or make it now. */
  refresh(): void;
  stop(): Promise<void>;
};

/** Why there is no connection, and whether it is tried again by itself. */
export type Down = { readonly error: AppError; readonly final: boolean };

export type RelayClientOptions = Pick<InboxOptions, 'handle' | 'save' | 'schedule'> & {
  /** As `relayUrl` gives it. */
  readonly url: string;
  readonly token: string;
  readonly ca: readonly string[];
  /** Sequence to go on after; null: only what comes. */
  readonly after: number | null;
  /** Of the event with that sequence (`markOf`); null when that is not known. */
  readonly mark: string | null;
  readonly onWelcome: (welcome: Welcome) => void;
  /** Events after the last one we had are not kept any more. */
  readonly onLost: () => void;
  readonly onTeam: (team: TeamView) => void;
  readonly onDown: (down: Down) => void;
  readonly random?: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic?: () => number;
  readonly open?: (options: RelaySocketOptions) => RelaySocket;
  readonly log: Log;
};

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** A relay that does not like us is not pressed; one that has put up with us for long enough has forgotten it. */
const UNWANTED_RETRY_MS = 60_000;
const LONGEST_UNWANTED_MS = 15 * 60_000;
const ASK_MS = 20_000;
const PROBE_MS = 2_500;
/** The relay takes a few at once from each desktop; others wait here. */
const ASKED_AT_ONCE = 6;
const MOST_ASKED = 500;
const TOO_MANY = 'ask.too-many';
const TOO_MANY_MS = 1_000;

type Question = {
  readonly method: RelayMethod;
  readonly params: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: AppError) => void;
  /** Over when nobody has answered by then. */
  readonly timer: NodeJS.Timeout;
};

export function startRelayClient(options: RelayClientOptions): RelayClient {
  const { log, schedule, random = Math.random, open = openRelaySocket } = options;
  const { monotonic = () => performance.now() } = options;
  let socket: RelaySocket | null = null;
  let isOn = false;
  let stopped = false;
  let failures = 0;
  /** How often in a row it did not like us, and since when it has put up with us. */
  let refusals = 0;
  let welcomedAt = Number.POSITIVE_INFINITY;
  let lastId = 0;
  let planned = 0;
  /** No event has come on this connection yet: it may be a log in which our cursor means nothing. */
  let isDoubtful = false;
  const asked = new Map<number, Question>();
  let waiting: Question[] = [];
  const inbox = createInbox({
    after: options.after,
    mark: options.mark,
    handle: options.handle,
    save: options.save,
    ack: (seq) => socket?.send({ type: 'ack', seq }),
    hold: (on) => socket?.hold(on),
    schedule,
    log,
  });

  /** What was asked may have been done all the same; what waited was not. */
  const refuseAll = (): void => {
    const refuse = (questions: Iterable<Question>, code: 'team.unreachable' | 'team.offline'): void => {
      for (const { reject, timer } of questions) {
        clearTimeout(timer);
        reject(new AppError(code));
      }
    };
    refuse(asked.values(), 'team.unreachable');
    refuse(waiting, 'team.offline');
    asked.clear();
    waiting = [];
  };
  const sendWaiting = (): void => {
    while (isOn && asked.size < ASKED_AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      lastId += 1;
      asked.set(lastId, next);
      socket?.send({ type: 'ask', id: lastId, method: next.method, params: next.params });
    }
  };

  const welcome = (message: Welcome): void => {
    if (message.version > PROTOCOL_VERSION) log.info('the relay speaks a newer protocol', { version: message.version });
    const after = inbox.taken();
    failures = 0;
    welcomedAt = monotonic();
    isOn = true;
    isDoubtful = true;
    inbox.resumed(message.newest);
    options.onWelcome(message);
    if (after !== null && after > 0 && message.oldest > after + 1) options.onLost();
    sendWaiting();
  };

  const event = ({ seq, event: happened }: Extract<FromRelay, { type: 'event' }>): void => {
    const after = inbox.taken() ?? 0;
    if (isDoubtful && seq <= after) {
      // Nothing before our cursor is sent to us, unless the relay found that its log is another one than ours.
      log.warn('the relay has another log than before');
      void inbox.restart(0);
      options.onLost();
    }
    isDoubtful = false;
    inbox.push(seq, happened);
  };

  const answered = (reply: Extract<FromRelay, { type: 'reply' }>): void => {
    const question = asked.get(reply.id);
    if (question === undefined) return;
    asked.delete(reply.id);
    if (!reply.ok && reply.code === TOO_MANY) {
      waiting.unshift(question);
      schedule(sendWaiting, TOO_MANY_MS);
      return;
    }
    clearTimeout(question.timer);
    if (reply.ok) settle(question, reply.value);
    else question.reject(toAppError(reply));
    sendWaiting();
  };
  const settle = ({ method, resolve, reject }: Question, value: unknown): void => {
    try {
      resolve(readValue(method, value) as never);
    } catch (error) {
      log.warn('the relay answers what is not understood', { method, error });
      reject(new AppError('team.bad-reply', {}, { cause: error }));
    }
  };

  const onMessage = (message: FromRelay): void => {
    if (message.type === 'event') event(message);
    else if (message.type === 'welcome') welcome(message);
    else if (message.type === 'team') options.onTeam(message.team);
    else if (message.type === 'reply') answered(message);
  };

  const connect = (): void => {
    planned += 1;
    if (stopped || socket !== null) return;
    socket = open({
      url: desktopUrl(options.url),
      token: options.token,
      ca: options.ca,
      onOpen: () => {
        socket?.send({ type: 'resume', after: inbox.taken(), mark: inbox.mark() });
        socket?.hold(inbox.isFull());
      },
      onMessage,
      onClose: ({ code, opened }) => {
        socket = null;
        isOn = false;
        refuseAll();
        if (!stopped) down(code, opened);
      },
      log,
    });
  };

  const down = (code: number, opened: boolean): void => {
    const end = meaningOf(code, opened);
    log.info('the relay is not connected', { code });
    if (end.final) stopped = true;
    options.onDown(end);
    if (end.final) return;
    if (monotonic() - welcomedAt >= LONGEST_UNWANTED_MS) refusals = 0;
    welcomedAt = Number.POSITIVE_INFINITY;
    const wait = end.unwanted
      ? Math.min(UNWANTED_RETRY_MS * 2 ** refusals, LONGEST_UNWANTED_MS)
      : Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    failures += 1;
    // A proxy that answers for a relay that is being set up says nothing about us.
    if (end.unwanted && opened) refusals += 1;
    const which = planned;
    // Spread, so that a relay that restarts does not meet a whole company in one moment.
    schedule(() => which === planned && connect(), wait * (0.5 + random()));
  };

  connect();

  return {
    isOn: () => isOn,

    ask(method, params) {
      if (!isOn) return Promise.reject(new AppError('team.offline'));
      if (waiting.length >= MOST_ASKED) return Promise.reject(new AppError('team.unreachable'));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          for (const [id, one] of asked) if (one === question) asked.delete(id);
          waiting = waiting.filter((one) => one !== question);
          reject(new AppError('team.unreachable'));
          sendWaiting();
        }, ASK_MS);
        const question: Question = { method, params, resolve, reject, timer };
        waiting.push(question);
        sendWaiting();
      });
    },

    refresh() {
      failures = 0;
      if (socket === null) connect();
      else socket.probe(PROBE_MS);
    },

    async stop() {
      stopped = true;
      socket?.close();
      await inbox.stop();
    },
  };
}

const MESSAGE_TOO_BIG = 1009;

/** What the end of a connection means. */
function meaningOf(code: number, opened: boolean): Down & { readonly unwanted: boolean } {
  // A relay refuses a token with 401 and nothing else; 403 is a proxy's, and no reason to give up one's place.
  if (code === CLOSE.revoked || (!opened && code === 401)) {
    return { error: new AppError('team.revoked'), final: true, unwanted: true };
  }
  if (code === CLOSE.replaced) return { error: new AppError('team.replaced'), final: true, unwanted: true };
  const isOdd = code === CLOSE.badMessage || code === 1008 || (!opened && code >= 300 && code < 500 && code !== 429);
  if (isOdd) return { error: new AppError('team.bad-reply'), final: false, unwanted: true };
  const isTooMuch = code === CLOSE.slow || code === MESSAGE_TOO_BIG;
  return { error: new AppError('team.unreachable'), final: false, unwanted: isTooMuch };
}

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);

/** A refusal as a person can be told it: a code of ours with its values, or the relay's own sentence. */
function toAppError({ code, message, params = {} }: { code: string; message: string; params?: ErrorParams }): AppError {
  const known = CODES.has(code) ? (code as AppError['code']) : null;
  if (known === null) return new AppError('team.refused', { message: plain(message), code: plain(code) });
  const values = Object.entries(params).slice(0, 10);
  return new AppError(
    known,
    Object.fromEntries(values.map(([name, value]) => [name, typeof value === 'string' ? plain(value) : value])),
  );
}

/** One line, at most 200 characters. */
function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
