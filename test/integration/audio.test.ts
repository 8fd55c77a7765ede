// SPDX-License-Identifier: MIT
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AudioPreferences, EngineEvent, MediaWarning } from '../../src-shared/engine-protocol.ts';
import { type Phone, startBaresip } from '../lab/baresip.ts';
import { buildSite, type EnginePage, launchChromium, openEngine, type Site } from '../lab/browser.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { type Network, startNetwork } from '../lab/network.ts';
import { until } from '../lab/process.ts';

/** Devices, bell, meters, tests, headset and quality in a real browser, on real calls (Kamailio, baresip). */

const AGENT = '101';
const DID = '34910000001';
const SYSTEM_MIC = 'Fake Default Audio Input';
const [MIC_1, MIC_2] = ['Fake Audio Input 1', 'Fake Audio Input 2'];
const [OUT_1, OUT_2] = ['Fake Audio Output 1', 'Fake Audio Output 2'];
const PREFERENCES: AudioPreferences = {
  inputs: [],
  outputs: [],
  ring: [],
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  ringtone: 'builtin:classic',
};
/** Of the fake headset, as its descriptor has them. */
const LIGHTS = { offHook: 1, ring: 2, mute: 4 };
const [HOOK, MUTE] = [1, 2];

type Lab = { readonly kamailio: Kamailio; readonly bob: Phone; readonly browser: Browser };

let site: Site;
let lab: Lab;
const pages: EnginePage[] = [];

async function startLab(network?: Network): Promise<Lab> {
  const at = network === undefined ? {} : { host: network.host };
  const users = [AGENT, 'bob'].map((user) => ({ user, password: `${user}-pw` }));
  const kamailio = await startKamailio({ ...at, users, routes: { [DID]: AGENT }, outside: 'bob' });
  const line = { ...at, domain: kamailio.domain, sipPort: kamailio.sipPort };
  const bob = await startBaresip({ ...line, user: 'bob', password: 'bob-pw', answerMode: 'auto' });
  return { kamailio, bob, browser: await launchChromium(network === undefined ? {} : { wrap: network.wrap }) };
}

async function stopLab(from: Lab | undefined): Promise<void> {
  await from?.browser.close();
  await from?.bob.stop();
  await from?.kamailio.stop();
}

beforeAll(async () => {
  site = await buildSite('src-renderer', 'engine/index.html');
  lab = await startLab();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    for (const page of pages) console.error(page.events.slice(-20), page.errors);
    console.error(lab.bob.events.slice(-10), lab.kamailio.log().slice(-1_000));
  }
  for (const page of pages.splice(0)) await page.close();
  await lab.bob.hangUp();
  lab.bob.clear();
});

afterAll(async () => {
  await stopLab(lab);
  await site?.stop();
});

async function open(options: Parameters<typeof openEngine>[2] = {}, from = lab): Promise<EnginePage> {
  const script = join(import.meta.dirname, '../lab/audio-page.js');
  const engine = await openEngine(from.browser, site, { ...options, script });
  pages.push(engine);
  await engine.wait('the devices', ({ type }) => type === 'devices');
  return engine;
}

async function register(engine: EnginePage, from = lab): Promise<void> {
  const { kamailio } = from;
  const ha1 = createHash('md5').update(`${AGENT}:${kamailio.realm}:${AGENT}-pw`).digest('hex');
  await engine.command({
    type: 'register',
    config: {
      ...{ wssUrls: [kamailio.wsUrl], user: AGENT, extension: AGENT, domain: kamailio.domain, realm: kamailio.realm },
      ...{ ha1, displayName: null, registerExpires: 300, stunUrls: [], dtmf: 'auto' },
    },
  });
  await engine.wait('registration', (event) => event.type === 'registration' && event.state === 'registered');
}

function session(engine: EnginePage, sessionId: string) {
  const is = (event: EngineEvent) => event.type === 'session' && event.session.sessionId === sessionId;
  const event = engine.events.findLast(is);
  return event?.type === 'session' ? event.session : null;
}

/** Calls bob, who answers by himself. */
async function talk(engine: EnginePage, from = lab): Promise<string> {
  await register(engine, from);
  const sessionId = randomUUID();
  await engine.command({ type: 'dial', sessionId, number: '600111222' });
  await until('the answer', () => session(engine, sessionId)?.state === 'connected');
  await expectSoundBothWays(engine, from);
  return sessionId;
}

/** Bob calls, and it rings. */
async function ring(engine: EnginePage): Promise<string> {
  await lab.bob.dial(DID);
  const is = (event: EngineEvent) => event.type === 'session' && event.session.state === 'ringing';
  const event = await engine.wait('an incoming call', is);
  return event.type === 'session' ? event.session.sessionId : '';
}

async function expectSoundBothWays(engine: EnginePage, { bob } = lab): Promise<void> {
  const [ours, theirs] = [await engine.rtpStats(), await bob.rtpStats()];
  await until('sound both ways', async () => {
    const [ourNow, theirNow] = [await engine.rtpStats(), await bob.rtpStats()];
    return ourNow.received - ours.received > 20 && theirNow.received - theirs.received > 20;
  });
}

function prefer(engine: EnginePage, change: Partial<AudioPreferences>): Promise<void> {
  return engine.command({ type: 'audio', preferences: { ...PREFERENCES, ...change } });
}

function devices(engine: EnginePage) {
  const event = engine.events.findLast(({ type }) => type === 'devices');
  return event?.type === 'devices' ? event : null;
}

/** By label alone, as settings of another computer or profile would have it. */
const labelled = (label: string) => ({ id: `other-${label}`, label });

const evaluate = <T>(engine: EnginePage, code: string) => engine.page.evaluate(code) as Promise<T>;

async function sends(engine: EnginePage, label: string): Promise<void> {
  await until(`the call to send ${label}`, async () => (await evaluate<string>(engine, 'lab.sending()')) === label);
  await until('one microphone to be open', async () => {
    return (await evaluate<string[]>(engine, 'lab.open()')).join() === label;
  });
}

function warned(engine: EnginePage, warning: MediaWarning, on: boolean, timeout?: number) {
  const is = (event: EngineEvent) => event.type === 'warning' && event.warning === warning && event.on === on;
  return engine.wait(`${warning} ${on ? 'on' : 'off'}`, is, timeout);
}

type Sounding = {
  readonly device: string;
  readonly volume: number;
  readonly loop: boolean;
  readonly voice: boolean;
  readonly source: string;
  readonly failed: boolean;
};
const sounding = (engine: EnginePage) => evaluate<Sounding[]>(engine, 'lab.sounding()');

describe('devices', () => {
  it('tells of all when it loads, without the stand-ins, and of what would be used', async () => {
    const engine = await open();
    const told = devices(engine);
    expect(told?.inputs.map(({ label }) => label)).toEqual([MIC_1, MIC_2]);
    expect(told?.outputs.map(({ label }) => label)).toEqual([OUT_1, OUT_2]);
    expect(told?.input?.label).toBe(SYSTEM_MIC);
    await prefer(engine, { inputs: [labelled('Gone'), labelled(MIC_2)], outputs: [labelled(OUT_1)] });
    await until('the choice', () => devices(engine)?.input?.label === MIC_2);
    expect(devices(engine)?.output?.label).toBe(OUT_1);
    await evaluate(engine, `lab.unplug('${MIC_2}')`);
    await until('the loss', () => devices(engine)?.inputs.length === 1);
    expect(devices(engine)?.input?.label).toBe(SYSTEM_MIC);
    expect(await evaluate(engine, 'lab.microphones.length')).toBe(0);
    expect(engine.errors).toEqual([]);
  });

  it('changes the microphone in the middle of a call, and the call goes on, muted as it was', async () => {
    const engine = await open();
    const sessionId = await talk(engine);
    await sends(engine, SYSTEM_MIC);
    await prefer(engine, { inputs: [labelled(MIC_2)] });
    await sends(engine, MIC_2);
    expect(devices(engine)?.input?.label).toBe(MIC_2);
    await expectSoundBothWays(engine);
    await engine.command({ type: 'mute', sessionId, on: true });
    await prefer(engine, { inputs: [labelled(MIC_1)] });
    await sends(engine, MIC_1);
    const enabled = 'lab.peers.at(-1).getSenders().find(({ track }) => track).track.enabled';
    expect(await evaluate(engine, enabled)).toBe(false);
    await engine.command({ type: 'mute', sessionId, on: false });
    await until('the microphone to be on', () => evaluate<boolean>(engine, enabled));
    await engine.command({ type: 'hang-up', sessionId });
    await until('the microphones to be off', async () => (await evaluate<string[]>(engine, 'lab.open()')).length === 0);
    expect(session(engine, sessionId)?.endCause).toBe('hung-up');
  });

  it('opens the microphone with the switches as they are set', async () => {
    const engine = await open();
    await prefer(engine, { echoCancellation: false, noiseSuppression: false, autoGainControl: true });
    await talk(engine);
    const settings = 'lab.peers.at(-1).getSenders().find(({ track }) => track).track.getSettings()';
    const wanted = { echoCancellation: false, noiseSuppression: false, autoGainControl: true };
    expect(await evaluate(engine, settings)).toMatchObject(wanted);
    await prefer(engine, { autoGainControl: false });
    const opposite = { echoCancellation: true, noiseSuppression: true, autoGainControl: false };
    await until('the other switches', async () => {
      const now = await evaluate<Record<string, unknown>>(engine, settings);
      return Object.entries(opposite).every(([name, on]) => now[name] === on);
    });
    await expectSoundBothWays(engine);
  });

  it('falls back when the microphone is pulled out in a call, warns, and returns to it', async () => {
    const engine = await open();
    await prefer(engine, { inputs: [labelled(MIC_2), labelled(MIC_1)] });
    const sessionId = await talk(engine);
    await sends(engine, MIC_2);
    await evaluate(engine, `lab.unplug('${MIC_2}')`);
    await warned(engine, 'mic-lost', true);
    await warned(engine, 'mic-lost', false);
    await sends(engine, MIC_1);
    await until('the device in use', () => devices(engine)?.input?.label === MIC_1);
    await expectSoundBothWays(engine);
    await evaluate(engine, `lab.plug('${MIC_2}')`);
    await sends(engine, MIC_2);
    await expectSoundBothWays(engine);
    expect(session(engine, sessionId)?.state).toBe('connected');
  });

  it('keeps the call when the last microphone goes, says so, and takes the first that comes', async () => {
    const engine = await open();
    const sessionId = await talk(engine);
    await evaluate(engine, `for (const label of ['${MIC_1}', '${MIC_2}', '${SYSTEM_MIC}']) lab.unplug(label)`);
    await warned(engine, 'mic-lost', true);
    await sleep(500);
    const off = engine.events.some((event) => event.type === 'warning' && event.warning === 'mic-lost' && !event.on);
    expect(off).toBe(false);
    expect(await evaluate(engine, 'lab.open()')).toEqual([]);
    expect(session(engine, sessionId)?.state).toBe('connected');
    await evaluate(engine, `lab.plug('${SYSTEM_MIC}')`);
    await warned(engine, 'mic-lost', false);
    await sends(engine, SYSTEM_MIC);
    await expectSoundBothWays(engine);
  });

  it('moves the voice to another speaker in the middle of a call', async () => {
    const engine = await open();
    await prefer(engine, { outputs: [labelled(OUT_2)] });
    await talk(engine);
    const voice = async () => (await sounding(engine)).find((sound) => sound.voice)?.device;
    await until('the voice on the chosen speaker', async () => (await voice()) === OUT_2);
    await prefer(engine, { outputs: [labelled(OUT_1)] });
    await until('the voice on the other speaker', async () => (await voice()) === OUT_1);
    await evaluate(engine, `lab.unplug('${OUT_1}')`);
    await until("the voice on the computer's choice", async () => (await voice()) === '');
  });
});

describe('the bell', () => {
  it('rings on every ring device with its own volume, and stops with the call', async () => {
    const engine = await open();
    await engine.command({ type: 'ringer', enabled: true, volume: 1 });
    const ringOn = [
      { ...labelled(OUT_1), volume: 1 },
      { ...labelled(OUT_2), volume: 0.25 },
      { ...labelled('Gone'), volume: 1 },
    ];
    await prefer(engine, { ring: ringOn, ringtone: 'builtin:marimba' });
    await register(engine);
    await ring(engine);
    await until('two bells', async () => (await sounding(engine)).length === 2);
    const bells = (await sounding(engine)).map(({ device, volume, loop }) => ({ device, volume, loop }));
    expect(bells).toEqual([
      { device: OUT_1, volume: 1, loop: true },
      { device: OUT_2, volume: 0.25, loop: true },
    ]);
    await evaluate(engine, `lab.unplug('${OUT_1}')`);
    await until('one bell', async () => (await sounding(engine)).map(({ device }) => device).join() === OUT_2);
    await evaluate(engine, `lab.plug('${OUT_1}')`);
    await until('both again', async () => (await sounding(engine)).length === 2);
    await engine.command({ type: 'ringer', enabled: false, volume: 1 });
    await until('silence', async () => (await sounding(engine)).length === 0);
    await engine.command({ type: 'ringer', enabled: true, volume: 0.5 });
    await until('both softer', async () => {
      return (await sounding(engine)).map(({ volume }) => volume).join() === '0.5,0.125';
    });
    await lab.bob.hangUp();
    await until('silence', async () => (await sounding(engine)).length === 0);
    expect(engine.errors).toEqual([]);
  });

  it("plays the person's own ringtone, and a built-in one in the place of a broken file", async () => {
    const engine = await open();
    const wav = Buffer.alloc(44 + 8_000 * 2);
    wav.write('RIFF', 0);
    wav.writeUInt32LE(wav.length - 8, 4);
    wav.write('WAVEfmt ', 8);
    for (const [value, at] of [
      [16, 16],
      [65_537, 20],
      [8_000, 24],
      [16_000, 28],
    ] as const)
      wav.writeUInt32LE(value, at);
    wav.writeUInt16LE(2, 32);
    wav.writeUInt16LE(16, 34);
    wav.write('data', 36);
    wav.writeUInt32LE(wav.length - 44, 40);
    await engine.command({ type: 'ringer', enabled: true, volume: 1 });
    await prefer(engine, { ringtone: `data:audio/wav;base64,${wav.toString('base64')}` });
    await engine.command({ type: 'audio-test', what: 'ring' });
    await until('the own ringtone', async () => (await sounding(engine)).some(({ failed }) => !failed));
    const [own] = await sounding(engine);
    await engine.command({ type: 'audio-test', what: 'stop' });
    await prefer(engine, { ringtone: `data:audio/mpeg;base64,${Buffer.from('no music').toString('base64')}` });
    await engine.command({ type: 'audio-test', what: 'ring' });
    await until('a ringtone that can be played', async () => {
      const [bell] = await sounding(engine);
      return bell !== undefined && !bell.failed && bell.source !== own?.source && bell.source !== '';
    });
  });

  it('beeps on the speaker for a second call', async () => {
    const engine = await open();
    await prefer(engine, { ring: [{ ...labelled(OUT_1), volume: 1 }], outputs: [labelled(OUT_2)] });
    await engine.command({ type: 'ringer', enabled: true, volume: 1 });
    const sessionId = await talk(engine);
    await lab.bob.dial(DID);
    await until('the beep', async () => {
      const beeps = (await sounding(engine)).filter(({ voice }) => !voice);
      return beeps.length === 1 && beeps[0]?.device === OUT_2 && beeps[0].volume < 0.5;
    });
    expect(session(engine, sessionId)?.state).toBe('connected');
  });
});

describe('meters and tests', () => {
  const levels = (engine: EnginePage) => engine.events.filter((event) => event.type === 'levels');

  it('moves with the microphone while somebody looks, and lets it go after', async () => {
    const engine = await open();
    await engine.command({ type: 'levels', on: true });
    await until('a loud and a quiet moment', () => {
      const seen = levels(engine).map(({ microphone }) => microphone);
      return seen.some((level) => level > 0.5) && seen.slice(5).some((level) => level < 0.2);
    });
    expect(await evaluate(engine, 'lab.open()')).toEqual([SYSTEM_MIC]);
    for (const level of levels(engine)) {
      expect(level.microphone >= 0 && level.microphone <= 1 && level.speaker >= 0 && level.speaker <= 1).toBe(true);
    }
    await engine.command({ type: 'levels', on: false });
    await until('the microphone to be off', async () => (await evaluate<string[]>(engine, 'lab.open()')).length === 0);
    engine.clear();
    await sleep(300);
    expect(levels(engine)).toEqual([]);
  });

  it("shows the far end's voice in a call", async () => {
    const engine = await open();
    await talk(engine);
    await engine.command({ type: 'levels', on: true });
    await until('a voice', () => levels(engine).some(({ speaker }) => speaker > 0.2));
  });

  const states = (engine: EnginePage) =>
    engine.events.flatMap((event) => (event.type === 'audio-test' ? [event.state] : []));

  it('records and plays back on the chosen speaker, with the microphone off by then', async () => {
    const engine = await open();
    await prefer(engine, { outputs: [labelled(OUT_2)], inputs: [labelled(MIC_1)] });
    await engine.command({ type: 'audio-test', what: 'microphone' });
    await until('recording', () => states(engine).join() === 'recording');
    expect(await evaluate(engine, 'lab.open()')).toEqual([MIC_1]);
    await until('levels', () => levels(engine).length > 3);
    await until('playing', () => states(engine).join() === 'recording,playing');
    await until('the sound', async () => (await sounding(engine)).map(({ device }) => device).join() === OUT_2);
    expect(await evaluate(engine, 'lab.open()')).toEqual([]);
    await until('the end', () => states(engine).join() === 'recording,playing,idle');
    expect(engine.errors).toEqual([]);
  });

  it('rings for two seconds, and stops at once when told', async () => {
    const engine = await open();
    await engine.command({ type: 'audio-test', what: 'ring' });
    await until('the bell', async () => (await sounding(engine)).length === 1);
    await until('the end', () => states(engine).join() === 'ringing,idle');
    expect(await sounding(engine)).toEqual([]);
    await engine.command({ type: 'audio-test', what: 'microphone' });
    await until('recording', () => states(engine).at(-1) === 'recording');
    await engine.command({ type: 'audio-test', what: 'stop' });
    await until('the microphone to be off', async () => (await evaluate<string[]>(engine, 'lab.open()')).length === 0);
    expect(states(engine)).toEqual(['ringing', 'idle', 'recording', 'idle']);
  });

  it('says why there is no test without permission', async () => {
    const engine = await open({ permission: 'denied' });
    for (const command of [
      { type: 'audio-test', what: 'microphone' },
      { type: 'levels', on: true },
    ] as const) {
      engine.clear();
      await engine.command(command);
      await engine.wait('mic.denied', (event) => event.type === 'problem' && event.code === 'mic.denied');
    }
  });
});

describe('a headset', () => {
  const lights = (engine: EnginePage, wanted: number) =>
    until(`lights ${wanted}`, async () => (await evaluate(engine, 'lab.lights')) === wanted);

  it('answers, mutes and ends by its buttons, and its lights follow', async () => {
    const engine = await open();
    await lights(engine, 0);
    await register(engine);
    const sessionId = await ring(engine);
    await lights(engine, LIGHTS.ring);
    await evaluate(engine, `lab.press(${HOOK})`);
    await until('the answer', () => session(engine, sessionId)?.state === 'connected');
    await lights(engine, LIGHTS.offHook);
    await expectSoundBothWays(engine);
    await evaluate(engine, `lab.press(${HOOK | MUTE}); lab.press(${HOOK})`);
    await until('mute', () => session(engine, sessionId)?.muted === true);
    await lights(engine, LIGHTS.offHook | LIGHTS.mute);
    await engine.command({ type: 'mute', sessionId, on: false });
    await lights(engine, LIGHTS.offHook);
    await evaluate(engine, 'lab.press(0)');
    await until('the end', () => session(engine, sessionId)?.state === 'ended');
    await lab.bob.wait('CALL_CLOSED');
    await lights(engine, 0);
  });
});

describe('quality', () => {
  it('is measured every second of a real call, with plausible numbers', async () => {
    const engine = await open();
    const sessionId = await talk(engine);
    const samples = () =>
      engine.events.flatMap((event) =>
        event.type === 'quality' && event.sessionId === sessionId ? [event.sample] : [],
      );
    await until('five samples', () => samples().length >= 5);
    const last = samples().at(-1);
    expect(last?.mos).toBeGreaterThan(3.5);
    expect(last?.mos).toBeLessThanOrEqual(4.5);
    expect(last?.loss).toBeLessThan(0.05);
    expect(last?.concealed).toBeLessThan(0.2);
    expect(last?.jitter).toBeLessThan(100);
    expect(last?.rtt).toBeLessThan(200);
    await engine.command({ type: 'hang-up', sessionId });
    await until('the end', () => session(engine, sessionId)?.state === 'ended');
    engine.clear();
    await sleep(1_500);
    expect(engine.events.filter(({ type }) => type === 'quality')).toEqual([]);
  });

  it('warns of a silent microphone, until another is chosen; not while muted', async () => {
    const engine = await open();
    await evaluate(engine, 'lab.silentMicrophone = true');
    const sessionId = await talk(engine);
    await engine.command({ type: 'mute', sessionId, on: true });
    await sleep(6_000);
    expect(engine.events.filter(({ type }) => type === 'warning')).toEqual([]);
    await engine.command({ type: 'mute', sessionId, on: false });
    await warned(engine, 'mic-silent', true, 15_000);
    await evaluate(engine, 'lab.silentMicrophone = false');
    await prefer(engine, { inputs: [labelled(MIC_1)] });
    await warned(engine, 'mic-silent', false);
  });
});

describe('a bad network', () => {
  let network: Network;
  let far: Lab;

  beforeAll(async () => {
    network = startNetwork();
    far = await startLab(network);
  });

  afterAll(async () => {
    await stopLab(far);
    network?.stop();
  });

  it('warns of loss and of silence, and takes both back', async () => {
    const engine = await open({ relayPage: true }, far);
    await talk(engine, far);
    // A fifth of the time nothing gets through.
    const lossy = async (isOver: () => boolean) => {
      while (!isOver()) {
        network.cut();
        await sleep(120);
        network.restore();
        await sleep(480);
      }
    };
    const has = (warning: MediaWarning) =>
      engine.events.some((event) => event.type === 'warning' && event.warning === warning && event.on);
    const end = Date.now() + 20_000;
    await lossy(() => has('network-loss') || Date.now() > end);
    await warned(engine, 'network-loss', true, 1_000);
    const worst = engine.events.flatMap((event) => (event.type === 'quality' ? [event.sample.mos ?? 5] : []));
    expect(Math.min(...worst)).toBeLessThan(4);
    await warned(engine, 'network-loss', false);
    network.cut();
    await warned(engine, 'no-incoming-audio', true);
    network.restore();
    await warned(engine, 'no-incoming-audio', false, 20_000);
  });
});
