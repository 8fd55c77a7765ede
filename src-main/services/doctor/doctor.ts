// SPDX-License-Identifier: MIT
import type { DoctorStep } from '../../../src-shared/ipc/map.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import type { AppState } from '../../../src-shared/state.ts';
import type { Log } from '../../log.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import { type Direct, webhookUrl } from '../direct.ts';
import { sipUser } from '../line-config.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { askApi, checkMicrophone, checkPublic, checkTeam, checkWebhook } from './services-steps.ts';
import { type Login, tryLogin } from './sip-login.ts';
import { Board, type Finding, failed, type StepId, skipped } from './steps.ts';
import { checkStun } from './stun.ts';
import { authorities, checkCertificate, checkName, checkPort, openWebSocket, placeOf } from './transport-steps.ts';

/** The whole run, whatever hangs. */
const RUN_MS = 28_000;
/** Steps of one address stand together. */
const PER_CANDIDATE = 100;

export type Doctor = {
  /**
   * Tries everything once and tells all steps so far at each change, at last with `done`. Never rejects; a second call
   * while one runs joins it and hears the same. docs/doctor.md has the advice keys.
   */
  run(onStep: (steps: readonly DoctorStep[], done: boolean) => void): Promise<void>;
};

export type DoctorOptions = {
  readonly settings: { get(): Settings };
  readonly secrets: Pick<Secrets, 'get'>;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  readonly log: Log;
  /** What the engine last said of its devices, and whether the embedded relay listens. */
  readonly state: () => Pick<AppState, 'audio' | 'relay' | 'team'>;
  readonly direct: Pick<Direct, 'check'>;
  /** Certificate authorities beside the usual ones, PEM. */
  readonly ca?: readonly string[];
};

type Listener = (steps: readonly DoctorStep[], done: boolean) => void;
type Run = {
  readonly board: Board;
  readonly signal: AbortSignal;
  readonly ca: string[];
  readonly settings: Settings;
  readonly password: string | null;
};

export function createDoctor(options: DoctorOptions): Doctor {
  const listeners = new Set<Listener>();
  let running: Promise<void> | null = null;

  const examine = async (): Promise<void> => {
    const over = new AbortController();
    const board = new Board((steps, done) => {
      for (const listener of listeners) listener(steps, done);
    });
    const timer = setTimeout(() => over.abort(), RUN_MS);
    const end = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve(), { once: true }));
    try {
      await Promise.race([all(options, board, over.signal), end]);
    } catch (error) {
      options.log.error('the connection doctor gave up', { error });
    } finally {
      clearTimeout(timer);
      over.abort();
      board.close();
      for (const { id, state, advice, ms } of board.steps) options.log.info('doctor', { id, state, advice, ms });
    }
  };

  return {
    run(onStep) {
      listeners.add(onStep);
      running ??= examine().finally(() => {
        running = null;
      });
      return running.finally(() => listeners.delete(onStep));
    },
  };
}

async function all(options: DoctorOptions, board: Board, signal: AbortSignal): Promise<void> {
  const settings = options.settings.get();
  const secret = (name: Parameters<Secrets['get']>[0]) => options.secrets.get(name).catch(() => null);
  const [key, apiSecret, password] = await Promise.all([
    secret('api-key'),
    secret('api-secret'),
    secret('sip-password'),
  ]);
  const run: Run = { board, signal, ca: authorities(options.ca ?? []), settings, password };
  const candidates = candidatesOf(settings);
  const after = candidates.length * PER_CANDIDATE;
  const single = (offset: number, id: StepId, subject: string, work: () => Promise<Finding> | Finding) =>
    board.run({ order: after + offset, id, subject, otherwise: 'late' }, work);

  const stun = settings.stunUrls.length === 0 ? [''] : settings.stunUrls.slice(0, 10);
  const keys = key === null || apiSecret === null ? null : { key, secret: apiSecret };
  const asked = askApi(options.fetch, settings.apiBaseUrl, keys, options.now);
  const { audio, relay, team } = options.state();
  const isTeam = settings.teamUrl !== '';
  await Promise.all([
    ...candidates.map((candidate, index) => examineServer(run, candidate, index * PER_CANDIDATE, options.now())),
    ...stun.map((url, index) =>
      single(index, 'stun', url, () => (url === '' ? skipped('none') : checkStun(url, signal))),
    ),
    single(20, 'microphone', audio.input?.label ?? '', () => checkMicrophone(audio)),
    single(21, 'api', settings.apiBaseUrl, async () => (isTeam ? skipped('team') : (await asked).api)),
    single(22, 'clock', settings.apiBaseUrl, async () => (await asked).clock),
    isTeam
      ? single(23, 'webhook', settings.teamUrl, () => checkTeam(team))
      : single(23, 'webhook', `127.0.0.1:${relay.port}${settings.relayPath}`, () => checkWebhook(settings, relay)),
    ...(isTeam || settings.publicUrl === ''
      ? []
      : [single(24, 'webhook', webhookUrl(settings), () => checkPublic(options.direct))]),
  ]);
}

/** DNS, TCP, TLS and WebSocket of one address, and a login for each domain; after a failure the rest is skipped. */
async function examineServer(run: Run, { url, domains }: Candidate, order: number, now: number): Promise<void> {
  const { board, signal, ca, settings, password } = run;
  const place = placeOf(url);
  let broken = false;
  const step = async (offset: number, id: StepId, otherwise: string, work: () => Promise<Finding>) => {
    const at = { order: order + offset, id, subject: url, otherwise };
    const finding = await board.run(at, () => (broken ? skipped('previous') : work()));
    if (finding.state === 'failed') broken = true;
  };
  const known = place ?? { host: '', port: 0, isSecure: true };
  await step(0, 'dns', 'no-answer', async () => (place === null ? failed('bad-address') : checkName(place.host)));
  await step(1, 'tcp', 'unreachable', () => checkPort(known, signal));
  await step(2, 'tls', 'handshake', () => checkCertificate(known, { ca, now, signal }));
  await step(3, 'websocket', 'not-websocket', async () => {
    const { finding, socket } = await openWebSocket(url, { ca, signal });
    socket?.terminate();
    return finding;
  });
  await Promise.all(
    domains.map((domain, index) => {
      const subject = `${settings.extension === '' ? '' : `${sipUser(settings)}@`}${domain}, ${url}`;
      const at = { order: order + 4 + index, id: 'register' as const, subject, otherwise: 'no-answer' };
      return board.run(at, async () => {
        if (broken) return skipped('previous');
        if (password === null || settings.extension === '') return skipped('no-account');
        return login(run, url, { user: sipUser(settings), domain, password, realm: settings.sipRealm });
      });
    }),
  );
}

/** Each login has a connection of its own, as the engine's has. */
async function login({ ca, signal }: Run, url: string, who: Login): Promise<Finding> {
  const { finding, socket } = await openWebSocket(url, { ca, signal });
  if (socket === null) return failed('no-answer', finding.detail);
  try {
    return await tryLogin(socket, who, signal);
  } finally {
    socket.terminate();
  }
}
