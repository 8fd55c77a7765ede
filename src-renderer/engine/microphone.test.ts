// SPDX-License-Identifier: MIT
import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_MIC, type MicLease, Microphone } from './microphone.ts';

/** A computer whose devices come and go, and which remembers every track that it gave. */
class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  readonly device: string;

  constructor(device: string) {
    super();
    this.device = device;
    computer.tracks.push(this);
  }

  clone(): FakeTrack {
    const copy = new FakeTrack(this.device);
    copy.readyState = this.readyState;
    copy.enabled = this.enabled;
    return copy;
  }

  getSettings() {
    return { deviceId: this.device };
  }

  stop(): void {
    this.readyState = 'ended';
  }
}

type Asked = { readonly audio: { readonly deviceId?: { readonly exact: string } } };

const computer = {
  devices: [] as string[],
  denied: false,
  tracks: [] as FakeTrack[],
  /** Requests that wait for the test to let them be answered. */
  waiting: [] as (() => void)[],
  unplug(device: string): void {
    computer.devices = computer.devices.filter((other) => other !== device);
    for (const track of computer.tracks) {
      if (track.device !== device || track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  },
};

const live = () => computer.tracks.filter(({ readyState }) => readyState === 'live');
const trackOf = (lease: MicLease) => lease.track as unknown as FakeTrack;
const settle = () => new Promise((resolve) => setTimeout(resolve));

/** Answers everything that was asked, until nothing is asked any more. */
async function answerAll(): Promise<void> {
  await settle();
  while (computer.waiting.length > 0) {
    for (const answer of computer.waiting.splice(0)) answer();
    await settle();
  }
}

beforeEach(() => {
  Object.assign(computer, { devices: ['a', 'b'], denied: false, tracks: [], waiting: [] });
  const getUserMedia = async ({ audio }: Asked) => {
    await new Promise<void>((resolve) => computer.waiting.push(resolve));
    if (computer.denied) throw new DOMException('no', 'NotAllowedError');
    const device = audio.deviceId?.exact ?? computer.devices[0];
    if (device === undefined || !computer.devices.includes(device)) throw new DOMException('none', 'NotFoundError');
    const track = new FakeTrack(device);
    return { getAudioTracks: () => [track] };
  };
  const mediaDevices = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: async () => [] });
  setMaxListeners(0, mediaDevices);
  vi.stubGlobal('navigator', { mediaDevices, permissions: { query: async () => ({ state: 'granted' }) } });
});

afterEach(() => void vi.unstubAllGlobals());

it('opens one device for many, gives each its own clone, and closes it with the last', async () => {
  const mic = new Microphone();
  const acquiring = [mic.acquire(), mic.acquire()];
  await answerAll();
  const leases = await Promise.all(acquiring);
  expect(live().map(({ device }) => device)).toEqual(['a', 'a', 'a']);
  expect(leases[0]?.track).not.toBe(leases[1]?.track);
  for (const lease of leases) lease.release();
  await answerAll();
  expect(live()).toEqual([]);
});

it('opens the device that is chosen while another is being opened', async () => {
  const mic = new Microphone();
  const acquiring = mic.acquire();
  await settle();
  mic.use({ ...DEFAULT_MIC, deviceId: 'b' });
  await answerAll();
  expect(trackOf(await acquiring).device).toBe('b');
  expect(new Set(live().map(({ device }) => device))).toEqual(new Set(['b']));
  expect(mic.deviceId).toBe('b');
});

it('does not open a device with two kinds of processing at once', async () => {
  const mic = new Microphone();
  const acquiring = mic.acquire();
  await answerAll();
  const lease = await acquiring;
  mic.use({ ...DEFAULT_MIC, noiseSuppression: false });
  await settle();
  expect([live().length, computer.waiting.length]).toEqual([0, 1]);
  await answerAll();
  expect(trackOf(lease).readyState).toBe('live');
});

it('tells of a refusal', async () => {
  computer.denied = true;
  const mic = new Microphone();
  const acquiring = expect(mic.acquire()).rejects.toMatchObject({ name: 'NotAllowedError' });
  await answerAll();
  await acquiring;
  computer.denied = false;
  const again = mic.acquire();
  await answerAll();
  expect(trackOf(await again).device).toBe('a');
});

it('leaves no light on and nobody without sound, whatever is plugged, chosen and released in whatever order', async () => {
  const step = fc.oneof(
    fc.constant({ do: 'acquire' } as const),
    fc.record({ do: fc.constant('release' as const), which: fc.nat(5) }),
    fc.record({
      do: fc.constant('use' as const),
      deviceId: fc.constantFrom('', 'a', 'b', 'c'),
      processing: fc.boolean(),
    }),
    fc.record({ do: fc.constant('unplug' as const), device: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('plug' as const), device: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat(3) }),
    fc.constant({ do: 'wait' } as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      Object.assign(computer, { devices: ['a', 'b'], tracks: [], waiting: [] });
      const mic = new Microphone();
      const leases: { lease: MicLease; lost: () => boolean }[] = [];
      let choice = DEFAULT_MIC;
      for (const act of steps) {
        if (act.do === 'acquire') {
          let isLost = false;
          const lost = (on: boolean) => {
            isLost = on;
          };
          mic.acquire({ track: () => {}, lost }).then(
            (lease) => leases.push({ lease, lost: () => isLost }),
            () => {},
          );
        } else if (act.do === 'release') leases.splice(act.which, 1)[0]?.lease.release();
        else if (act.do === 'use') {
          choice = { ...choice, deviceId: act.deviceId, echoCancellation: act.processing };
          mic.use(choice);
        } else if (act.do === 'unplug') {
          computer.unplug(act.device);
          mic.use(choice);
        } else if (act.do === 'plug') {
          if (!computer.devices.includes(act.device)) computer.devices.push(act.device);
          mic.use(choice);
        } else if (act.do === 'answer') computer.waiting.splice(act.which, 1)[0]?.();
        else await settle();
      }
      await answerAll();
      // As after any change of devices: what could not be opened is tried again.
      mic.use(choice);
      await answerAll();
      for (const { lease, lost } of leases) {
        expect(trackOf(lease).readyState).toBe(lost() ? 'ended' : 'live');
        expect(lost()).toBe(computer.devices.length === 0);
      }
      const devices = new Set(live().map(({ device }) => device));
      expect(devices.size).toBeLessThanOrEqual(1);
      for (const { lease } of leases.splice(0)) lease.release();
      await answerAll();
      expect(live()).toEqual([]);
      expect(mic.deviceId).toBeNull();
    }),
    { numRuns: 300 },
  );
});
