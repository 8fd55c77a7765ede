// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { buildSite, type EnginePage, launchChromium, openEngine } from '../lab/browser.ts';
import { startKamailio } from '../lab/kamailio.ts';
import { until } from '../lab/process.ts';
import { startSilentStun } from '../lab/stun.ts';
import { percentiles } from './stats.ts';

const WARM_UP = 3;
const SAMPLES = 40;
const STUN_SAMPLES = 30;
/** One takes 40 s; both run at the same time, while our samples with the same server are taken. */
const PLAIN_STUN_SAMPLES = 2;
const LIMITS = { noStunP50: 15, silentStunP99: 600 };

const USER = '101';
const PASSWORD = 'bench-pw';
/** Answered with 486 at once: the next sample can begin. */
const NUMBER = '999';

/** Milliseconds from the command to WebSocket.send of its INVITE, both by the clock of the page. */
async function clickToInvite(page: EnginePage, click: string, timeout: number): Promise<number> {
  const started = (await page.page.evaluate(`
    lab.sent.length = 0;
    const at = performance.now();
    ${click};
    at;
  `)) as number;
  const invite = () => page.page.evaluate("lab.sent.find(({ line }) => line.startsWith('INVITE '))?.at ?? null");
  const sent = (await until('an INVITE', invite, timeout)) as number;
  return sent - started;
}

/**
 * Click to INVITE on the wire, for the engine and for JsSIP as it comes, in turns on one machine and one switch.
 * The click is a command as main sends it; the wire is WebSocket.send.
 */
export default async function run(): Promise<{ ok: boolean; figures: Record<string, unknown> }> {
  const kamailio = await startKamailio({ users: [{ user: USER, password: PASSWORD }], replies: { [NUMBER]: 486 } });
  const stun = await startSilentStun();
  const sites = [
    await buildSite('src-renderer', 'engine/index.html'),
    await buildSite('test/bench/plain-jssip', 'index.html'),
  ];
  const browser = await launchChromium();
  try {
    const [engineSite, plainSite] = sites;
    if (engineSite === undefined || plainSite === undefined) throw new Error('no site');

    const openOurs = async (stunUrls: readonly string[]) => {
      const page = await openEngine(browser, engineSite);
      const ha1 = createHash('md5').update(`${USER}:${kamailio.realm}:${PASSWORD}`).digest('hex');
      const line = {
        wssUrls: [kamailio.wsUrl],
        dtmf: 'auto' as const,
        user: USER,
        extension: USER,
        domain: kamailio.domain,
      };
      const rest = { ha1, realm: kamailio.realm, displayName: null, registerExpires: 300, stunUrls };
      await page.command({ type: 'register', config: { ...line, ...rest } });
      await page.wait('registered', (event) => event.type === 'registration' && event.state === 'registered');
      return page;
    };
    const openPlain = async () => {
      const page = await openEngine(browser, plainSite);
      const words = [kamailio.wsUrl, `sip:${USER}@${kamailio.domain}`, PASSWORD].map((word) => JSON.stringify(word));
      await page.page.evaluate(`plain.register(${words.join(', ')})`);
      return page;
    };
    const ours = async (page: EnginePage) => {
      page.clear();
      const sessionId = crypto.randomUUID();
      const command = JSON.stringify({ type: 'dial', sessionId, number: NUMBER });
      const ms = await clickToInvite(page, `lab.command(${command})`, 10_000);
      await page.wait('the end', (event) => event.type === 'session' && event.session.state === 'ended');
      return ms;
    };
    const plain = (page: EnginePage, stunUrls: readonly string[]) =>
      clickToInvite(page, `plain.call('${NUMBER}', ${JSON.stringify(stunUrls)})`, 90_000);

    const [ourPage, plainPage] = [await openOurs([]), await openPlain()];
    const samples: { ours: number[]; plain: number[] } = { ours: [], plain: [] };
    for (let at = 0; at < WARM_UP + SAMPLES; at += 1) {
      const [a, b] = [await ours(ourPage), await plain(plainPage, [])];
      if (at < WARM_UP) continue;
      samples.ours.push(a);
      samples.plain.push(b);
    }

    const plainPages = await Promise.all(Array.from({ length: PLAIN_STUN_SAMPLES }, openPlain));
    const waiting = Promise.all(plainPages.map((page) => plain(page, [stun.url])));
    const stunPage = await openOurs([stun.url]);
    const stunSamples: number[] = [];
    for (let at = 0; at < WARM_UP + STUN_SAMPLES; at += 1) {
      const ms = await ours(stunPage);
      if (at >= WARM_UP) stunSamples.push(ms);
    }

    const figures = {
      unit: 'ms, command to INVITE sent',
      engine: percentiles(samples.ours),
      jssip: percentiles(samples.plain),
      engineSilentStun: percentiles(stunSamples),
      jssipSilentStun: percentiles(await waiting),
      stunRequestsUnanswered: stun.requests(),
      limits: LIMITS,
    };
    const ok =
      figures.engine.p50 <= LIMITS.noStunP50 &&
      figures.engineSilentStun.p99 <= LIMITS.silentStunP99 &&
      stun.requests() > 0;
    return { ok, figures };
  } finally {
    await browser.close();
    for (const site of sites) await site.stop();
    await stun.stop();
    await kamailio.stop();
  }
}
