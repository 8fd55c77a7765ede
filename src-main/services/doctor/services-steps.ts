// SPDX-License-Identifier: MIT
import { get } from 'node:http';
import { judge } from '../../../src-megacall/reply.ts';
import { type Credentials, type RawReply, send } from '../../../src-megacall/transport.ts';
import { AppError } from '../../../src-shared/errors.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import type { AppState } from '../../../src-shared/state.ts';
import type { Direct } from '../direct.ts';
import { codesOf, type Finding, failed, ok, skipped } from './steps.ts';

/** More is worth a word; the PBX refuses keys only at minutes. */
const CLOCK_MS = 30_000;
const ECHO_MS = 3_000;
const ECHO_BYTES = 200;

/** One signed request for the balance: the keys in use, without retries and without the client's queue. */
export async function askApi(
  fetch: typeof globalThis.fetch,
  baseUrl: string,
  keys: Credentials | null,
  now: () => number,
): Promise<{ readonly api: Finding; readonly clock: Finding }> {
  if (keys === null) return { api: skipped('no-keys'), clock: skipped('unknown') };
  const asked = now();
  let reply: RawReply;
  try {
    reply = await send(fetch, baseUrl, keys, 'GET', '/v1/info/balance/', {});
  } catch (error) {
    return { api: failed(adviceOf(error)), clock: skipped('unknown') };
  }
  const answered = now();
  return { api: judgeReply(reply, answered), clock: judgeClock(reply.headers.get('date'), (asked + answered) / 2) };
}

function judgeReply(reply: RawReply, now: number): Finding {
  try {
    judge(reply, now);
    return ok();
  } catch (error) {
    const message = error instanceof AppError ? error.params.message : undefined;
    return failed(adviceOf(error), typeof message === 'string' ? message : `HTTP ${reply.status}`);
  }
}

function adviceOf(error: unknown): string {
  switch (error instanceof AppError ? error.code : 'internal') {
    case 'api.unauthorized':
    case 'api.clock':
      return 'unauthorized';
    case 'api.network':
      return 'network';
    case 'api.timeout':
      return 'timeout';
    case 'api.rate-limited':
      return 'rate-limited';
    default:
      return 'bad-reply';
  }
}

/** @param date the server's `Date` header: whole seconds. */
export function judgeClock(date: string | null, now: number): Finding {
  const server = Date.parse(date ?? '');
  if (!Number.isFinite(server)) return skipped('unknown');
  const seconds = Math.round((now - server) / 1000);
  const detail = `${seconds > 0 ? '+' : ''}${seconds} s`;
  return Math.abs(seconds) * 1000 > CLOCK_MS ? failed('off', detail) : ok('ok', detail);
}

/** The check that the PBX makes of a new webhook address (megacall-api.md section 3.1), made from here. */
export function checkWebhook(
  settings: Pick<Settings, 'relayEnabled' | 'relayPath'>,
  relay: AppState['relay'],
): Promise<Finding> | Finding {
  if (!settings.relayEnabled) return skipped('off');
  if (relay.state !== 'listening') return failed('not-running', String(relay.port));
  const echo = crypto.randomUUID();
  return new Promise((resolve) => {
    const path = `${settings.relayPath}?zd_echo=${echo}`;
    const asked = get({ host: '127.0.0.1', port: relay.port, path, timeout: ECHO_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > ECHO_BYTES) response.destroy();
      });
      response.once('close', () => {
        resolve(body === echo ? ok('ok', String(relay.port)) : failed('wrong-answer', `HTTP ${response.statusCode}`));
      });
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', (error) => resolve(failed('not-running', codesOf(error).join(' '))));
  });
}

/** In a team the events come over the relay's connection, and nothing listens here. */
export function checkTeam({ state, error }: Pick<AppState['team'], 'state' | 'error'>): Finding {
  return state === 'on' ? ok('team-on') : failed('team-off', error?.code ?? state);
}

/** The same from outside in, through the tunnel. */
export async function checkPublic(direct: Pick<Direct, 'check'>): Promise<Finding> {
  const { state, advice, detail } = await direct.check();
  return { state, advice, detail };
}

/** @param audio as the engine last told it; no device at all before it did, or when there is none. */
export function checkMicrophone(audio: Pick<AppState['audio'], 'inputs' | 'outputs' | 'input'>): Finding {
  if (audio.input !== null) return ok('ok', audio.input.label);
  if (audio.inputs.length === 0 && audio.outputs.length === 0) return skipped('unknown');
  return failed('missing');
}
