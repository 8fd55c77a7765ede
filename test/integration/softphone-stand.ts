// SPDX-License-Identifier: MIT
import { createHash, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import type { EngineEvent, LinePolicy, SipConfig } from '../../src-shared/engine-protocol.ts';
import type { EnginePage } from '../lab/browser.ts';
import { until } from '../lab/process.ts';

/** Steps that the softphone's tests share. */

export const POLICY: LinePolicy = { dnd: false, autoAnswer: 'off', autoAnswerAfter: 0, expected: [] };

export function lineConfig(
  line: { readonly url: string; readonly user: string; readonly password: string; readonly domain: string },
  change: Partial<SipConfig> = {},
): SipConfig {
  return {
    wssUrls: [line.url],
    user: line.user,
    extension: '101',
    domain: line.domain,
    ha1: createHash('md5').update(`${line.user}:${line.domain}:${line.password}`).digest('hex'),
    realm: line.domain,
    displayName: null,
    registerExpires: 300,
    stunUrls: [],
    dtmf: 'auto',
    ...change,
  };
}

export async function register(engine: EnginePage, config: SipConfig): Promise<void> {
  const registrations = () =>
    engine.events.filter((event) => event.type === 'registration' && event.state === 'registered').length;
  const before = registrations();
  await engine.command({ type: 'register', config });
  await until('the registration', () => registrations() > before);
}

/** The last snapshot of every session. */
export function sessions(engine: EnginePage): readonly SipEvent[] {
  const last = new Map<string, SipEvent>();
  for (const event of engine.events) if (event.type === 'session') last.set(event.session.sessionId, event.session);
  return [...last.values()];
}

/** Waits until a session is now as `filter` wants it. */
export function session(
  engine: EnginePage,
  what: string,
  filter: (session: SipEvent) => boolean,
  timeout?: number,
): Promise<SipEvent> {
  return until(what, () => sessions(engine).find(filter), timeout);
}

export const now =
  (sessionId: string, state: SipEvent['state'], hold?: SipEvent['hold']) =>
  (session: SipEvent): boolean =>
    session.sessionId === sessionId && session.state === state && (hold === undefined || session.hold === hold);

export async function dial(engine: EnginePage, number: string): Promise<string> {
  const sessionId = randomUUID();
  await engine.command({ type: 'dial', sessionId, number });
  return sessionId;
}

export async function dialled(engine: EnginePage, number: string): Promise<string> {
  const sessionId = await dial(engine, number);
  await session(engine, `${number} to answer`, now(sessionId, 'connected'));
  return sessionId;
}

export function transfers(engine: EnginePage): readonly Extract<EngineEvent, { type: 'transfer' }>[] {
  return engine.events.flatMap((event) => (event.type === 'transfer' ? [event] : []));
}

export function transferred(engine: EnginePage, state: 'done' | 'failed', timeout = 10_000) {
  return until(`transfer ${state}`, () => transfers(engine).find((event) => event.state === state), timeout);
}

export function problem(engine: EnginePage, code: string, timeout?: number): Promise<EngineEvent> {
  return engine.wait(code, (event) => event.type === 'problem' && event.code === code, timeout);
}

/** Gives the agent a voice that can be told from all others. Before the first call. */
export async function speakAt(engine: EnginePage, hertz: number): Promise<void> {
  await engine.page.evaluate(`{
    const context = new AudioContext({ sinkId: { type: 'none' } });
    const voice = context.createOscillator();
    voice.frequency.value = ${hertz};
    const gain = context.createGain();
    gain.gain.value = 0.3;
    const output = context.createMediaStreamDestination();
    voice.connect(gain).connect(output);
    voice.start();
    navigator.mediaDevices.getUserMedia = async () => {
      const stream = output.stream.clone();
      lab.microphones.push(...stream.getTracks());
      return stream;
    };
  }`);
}

/** RTP packets over all calls of the engine, each kind summed. */
export async function packets(engine: EnginePage): Promise<{ readonly sent: number; readonly received: number }> {
  return (await engine.page.evaluate(`(async () => {
    let [sent, received] = [0, 0];
    for (const peer of lab.peers) {
      if (peer.connectionState === 'closed') continue;
      for (const entry of (await peer.getStats()).values()) {
        if (entry.type === 'outbound-rtp') sent += entry.packetsSent;
        if (entry.type === 'inbound-rtp') received += entry.packetsReceived;
      }
    }
    return { sent, received };
  })()`)) as { sent: number; received: number };
}

type Count = () => Promise<number>;

export async function flows(what: string, count: Count): Promise<void> {
  const before = await count();
  await until(`${what} to flow`, async () => (await count()) > before + 25);
}

/** No packet for a second, once what was under way has arrived. */
export async function stands(what: string, count: Count): Promise<void> {
  let last = await count();
  let since = Date.now();
  await until(`${what} to stop`, async () => {
    const next = await count();
    if (next !== last) since = Date.now();
    last = next;
    return Date.now() - since > 1_000;
  });
}

/** At no moment two calls were talked in outside a conference; every session is over and ended once. */
export function expectOrder(engine: EnginePage): void {
  const open = new Map<string, SipEvent>();
  let mixed: readonly string[] = [];
  for (const event of engine.events) {
    if (event.type === 'conference') mixed = event.sessionIds;
    if (event.type !== 'session') continue;
    const { session: one } = event;
    expect(open.get(one.sessionId)?.state).not.toBe('ended');
    open.set(one.sessionId, one);
    const live = [...open.values()].filter(
      ({ state, hold, sessionId }) =>
        state === 'connected' && (hold === 'none' || hold === 'remote') && !mixed.includes(sessionId),
    );
    expect(live.length).toBeLessThanOrEqual(1);
  }
  for (const { state, endCause } of open.values()) {
    expect(state).toBe('ended');
    expect(endCause).not.toBeNull();
  }
}

/** Ends what is left, and looks that nothing is: no call, no microphone, no sound, no error in the page. */
export async function nothingLeft(engine: EnginePage): Promise<void> {
  for (const { sessionId, state } of sessions(engine)) {
    if (state !== 'ended') await engine.command({ type: 'hang-up', sessionId });
  }
  await until('all calls to end', () => sessions(engine).every(({ state }) => state === 'ended'));
  const off = () => engine.page.evaluate("lab.microphones.every(({ readyState }) => readyState === 'ended')");
  await until('the microphone to be off', () => off() as Promise<boolean>);
  const peers = () => engine.page.evaluate("lab.peers.every(({ signalingState }) => signalingState === 'closed')");
  await until('the connections to be closed', () => peers() as Promise<boolean>);
  expectOrder(engine);
  expect(engine.errors).toEqual([]);
}
