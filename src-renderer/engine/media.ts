// SPDX-License-Identifier: MIT

export type MicProblem = 'mic.denied' | 'mic.missing';

export type MicLease = {
  readonly track: MediaStreamTrack;
  /** Gives the track back; the microphone is switched off with the last one. */
  release(): void;
};

const CONSTRAINTS: MediaStreamConstraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: false,
};

/** Why the browser gave no microphone, as the person must hear it. */
export function micProblem(error: unknown): MicProblem {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'mic.denied' : 'mic.missing';
}

/**
 * The one microphone. Every call gets a clone of its track, because mute and hold switch the track off and must not
 * silence another call. It is open only while a call needs it: the light on the device tells the truth.
 */
export class Microphone {
  #stream: Promise<MediaStream> | null = null;
  #leases = 0;
  #known = false;

  constructor() {
    void this.#look();
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#look());
  }

  /** Permission is given and a device is there: acquiring will most likely succeed, so a call need not wait for it. */
  get likely(): boolean {
    return this.#known;
  }

  /** Rejects with the browser's error: see `micProblem`. */
  async acquire(): Promise<MicLease> {
    this.#leases += 1;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#leases -= 1;
      if (this.#leases === 0) this.#close();
    };
    try {
      let source = await this.#source();
      // The device was pulled out while another call used it: open the one that is there now.
      if (source?.readyState === 'ended') {
        this.#stream = null;
        source = await this.#source();
      }
      if (source === undefined) throw new DOMException('no track', 'NotFoundError');
      const track = source.clone();
      return {
        track,
        release: () => {
          track.stop();
          release();
        },
      };
    } catch (error) {
      this.#stream = null;
      release();
      void this.#look();
      throw error;
    }
  }

  async #source(): Promise<MediaStreamTrack | undefined> {
    this.#stream ??= navigator.mediaDevices.getUserMedia(CONSTRAINTS);
    return (await this.#stream).getAudioTracks()[0];
  }

  #close(): void {
    const stream = this.#stream;
    this.#stream = null;
    stream?.then(
      (opened) => {
        for (const track of opened.getTracks()) track.stop();
      },
      () => {},
    );
  }

  async #look(): Promise<void> {
    try {
      const [devices, permission] = await Promise.all([
        navigator.mediaDevices.enumerateDevices(),
        navigator.permissions.query({ name: 'microphone' as PermissionName }),
      ]);
      permission.onchange = () => void this.#look();
      this.#known = permission.state === 'granted' && devices.some(({ kind }) => kind === 'audioinput');
    } catch {
      this.#known = false;
    }
  }
}

/** The first peer connection of a page costs 30 to 200 ms more than the next: spend them before the first call. */
export async function warmUp(): Promise<void> {
  const pc = new RTCPeerConnection();
  try {
    pc.addTransceiver('audio');
    await pc.createOffer();
  } finally {
    pc.close();
  }
}

/** Plays one call's far end. Returns the function that ends it. */
export function playRemote(track: MediaStreamTrack): () => void {
  const audio = new Audio();
  audio.autoplay = true;
  audio.srcObject = new MediaStream([track]);
  audio.play().catch(() => {});
  return () => {
    audio.pause();
    audio.srcObject = null;
  };
}

const POLL_MS = 20;
const POLL_LIMIT_MS = 60_000;

/** Calls back once when the first RTP packet from the far end arrived. Returns the function that stops looking. */
export function onFirstPacket(receiver: RTCRtpReceiver, arrived: () => void): () => void {
  const until = performance.now() + POLL_LIMIT_MS;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;
  const look = async () => {
    const report = await receiver.getStats().catch(() => null);
    if (stopped) return;
    for (const entry of report?.values() ?? []) {
      if (entry.type === 'inbound-rtp' && entry.packetsReceived > 0) {
        stopped = true;
        arrived();
        return;
      }
    }
    if (report !== null && performance.now() < until) timer = setTimeout(() => void look(), POLL_MS);
  };
  void look();
  return () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
  };
}
