// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSite, type EnginePage, launchChromium, openEngine } from '../lab/browser.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { until } from '../lab/process.ts';
import { percentiles } from './stats.ts';

const WARM_UP = 3;
const SAMPLES = 40;
const LOSSES = 30;
/** Each takes two seconds. */
const PLAIN_LOSSES = 10;
const LIMITS = { answerP50: 60, registrationP50: 300 };

const [OURS, PLAIN, CALLER] = ['101', '102', '103'];

/** When the first packet of the youngest call came in: Chromium ends the muting of a far track with it. */
const FIRST_PACKET = (peers: number) => `(async () => {
  const end = performance.now() + 10000;
  while (lab.peers.length <= ${peers} && performance.now() < end) await new Promise((next) => setTimeout(next));
  return await new Promise((found) => {
    const now = () => found(performance.timeOrigin + performance.now());
    const look = (track) => {
      if (track.muted) track.addEventListener('unmute', now, { once: true });
      else now();
    };
    const peer = lab.peers.at(-1);
    for (const { track } of peer.getReceivers()) look(track);
    peer.addEventListener('track', ({ track }) => look(track));
    setTimeout(() => found(null), 10000);
  });
})()`;

/** From the loss of the socket, as the page hears of it, to the next registration. `isRegistered` is asked in the page. */
const REGISTERED_AGAIN = (isRegistered: string) => `new Promise((found, fail) => {
  const socket = lab.sockets.at(-1);
  socket.addEventListener('close', () => {
    const lost = performance.now();
    const look = () => {
      if (lab.sockets.at(-1) !== socket && ${isRegistered}) found(performance.now() - lost);
      else if (performance.now() - lost > 20000) fail(new Error('not registered again'));
      else setTimeout(look);
    };
    look();
  });
  socket.close();
})`;

/**
 * Click to two-way media, and registration after the loss of a socket: the engine and JsSIP as it comes, in turns on
 * one machine and one switch. Media is two-way when the first RTP packet has come in on both sides.
 */
export default async function run(): Promise<{ ok: boolean; figures: Record<string, unknown> }> {
  const users = [OURS, PLAIN, CALLER].map((user) => ({ user, password: `${user}-pw` }));
  const kamailio = await startKamailio({ users });
  const engineSite = await buildSite('src-renderer', 'engine/index.html');
  const plainSite = await buildSite('test/bench/plain-jssip', 'index.html');
  const browser = await launchChromium();
  try {
    const [ours, plain, caller] = [
      await openEngine(browser, engineSite),
      await openEngine(browser, plainSite),
      await openEngine(browser, plainSite),
    ];
    await registerOurs(ours, kamailio);
    await registerPlain(plain, PLAIN, kamailio);
    await registerPlain(caller, CALLER, kamailio);

    const answered: { ours: number[]; plain: number[] } = { ours: [], plain: [] };
    for (let at = 0; at < WARM_UP + SAMPLES; at += 1) {
      const a = await answerOnce(caller, ours, OURS, () => ringingInEngine(ours));
      const b = await answerOnce(caller, plain, PLAIN, () => ringingInPlain(plain));
      if (at < WARM_UP) continue;
      answered.ours.push(a);
      answered.plain.push(b);
    }

    const lost: { ours: number[]; plain: number[] } = { ours: [], plain: [] };
    await ours.page.evaluate(`
      const tell = globalThis.labEvent;
      globalThis.labEvent = (event) => {
        if (event.type === 'registration') lab.isRegistered = event.state === 'registered';
        return tell(event);
      };
    `);
    for (let at = 0; at < LOSSES; at += 1) {
      lost.ours.push(await ours.page.evaluate<number>(REGISTERED_AGAIN('lab.isRegistered')));
      if (at < PLAIN_LOSSES) {
        lost.plain.push(await plain.page.evaluate<number>(REGISTERED_AGAIN('plain.isRegistered()')));
      }
    }

    const figures = {
      unit: 'ms',
      answerToTwoWayMedia: { engine: percentiles(answered.ours), jssip: percentiles(answered.plain) },
      registrationAfterSocketLoss: { engine: percentiles(lost.ours), jssip: percentiles(lost.plain) },
      limits: LIMITS,
    };
    const ok =
      figures.answerToTwoWayMedia.engine.p50 <= LIMITS.answerP50 &&
      figures.registrationAfterSocketLoss.engine.p50 <= LIMITS.registrationP50;
    return { ok, figures };
  } finally {
    await browser.close();
    await engineSite.stop();
    await plainSite.stop();
    await kamailio.stop();
  }
}

async function registerOurs(page: EnginePage, kamailio: Kamailio): Promise<void> {
  const ha1 = createHash('md5').update(`${OURS}:${kamailio.realm}:${OURS}-pw`).digest('hex');
  const line = { wssUrls: [kamailio.wsUrl], user: OURS, extension: OURS, domain: kamailio.domain };
  const rest = { ha1, realm: kamailio.realm, displayName: null, registerExpires: 300, stunUrls: [] };
  await page.command({ type: 'register', config: { ...line, ...rest, dtmf: 'auto' } });
  await page.wait('registered', (event) => event.type === 'registration' && event.state === 'registered');
}

async function registerPlain(page: EnginePage, user: string, kamailio: Kamailio): Promise<void> {
  const words = [kamailio.wsUrl, `sip:${user}@${kamailio.domain}`, `${user}-pw`].map((word) => JSON.stringify(word));
  await page.page.evaluate(`plain.register(${words.join(', ')})`);
}

/** One call from the caller's page, answered by what `ringing` resolves with: the click, as script for the page. */
async function answerOnce(
  caller: EnginePage,
  callee: EnginePage,
  user: string,
  ringing: () => Promise<string>,
): Promise<number> {
  callee.clear();
  const peers = async (page: EnginePage) => page.page.evaluate<number>('lab.peers.length');
  const atCaller = caller.page.evaluate<number | null>(FIRST_PACKET(await peers(caller)));
  const atCallee = callee.page.evaluate<number | null>(FIRST_PACKET(await peers(callee)));
  await caller.page.evaluate(`plain.call('${user}', [])`);
  const click = await ringing();
  // What came with the ringing is over: an agent does not answer in the same millisecond.
  await sleep(150);
  const clicked = await callee.page.evaluate<number>(
    `(() => { const at = performance.timeOrigin + performance.now(); ${click}; return at; })()`,
  );
  const arrived = await Promise.all([atCaller, atCallee]);
  const ms = Math.max(...arrived.map((at) => (at === null ? Number.POSITIVE_INFINITY : at - clicked)));
  await caller.page.evaluate('plain.hangUp()');
  await sleep(150);
  if (!Number.isFinite(ms)) throw new Error('no media');
  return ms;
}

async function ringingInEngine(page: EnginePage): Promise<string> {
  const is = (event: EnginePage['events'][number]) => event.type === 'session' && event.session.state === 'ringing';
  const event = await page.wait('the ringing', is);
  const sessionId = event.type === 'session' ? event.session.sessionId : '';
  return `lab.command(${JSON.stringify({ type: 'answer', sessionId, others: 'hold' })})`;
}

async function ringingInPlain(page: EnginePage): Promise<string> {
  await until('the ringing', () => page.page.evaluate<boolean>('plain.isRinging()'));
  return 'plain.answer()';
}
