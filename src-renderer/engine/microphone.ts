// SPDX-License-Identifier: MIT

export type MicProblem = 'mic.denied' | 'mic.missing';

export type MicLease = {
  /** The clone in use; another one after the microphone was changed. */
  readonly track: MediaStreamTrack;
  /** Gives the track back; the microphone is switched off with the last one. */
  release(): void;
};

export type MicUser = {
  /** Another clone takes the place of the one before, which is stopped when this returns. */
  track(track: MediaStreamTrack): void;
  /** The device went and none could take its place; or one is there again. */
  lost(on: boolean, problem: MicProblem): void;
};

/** What to open: `deviceId` '' follows the computer. */
export type MicChoice = {
  readonly deviceId: string;
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
};

type Holder = { track: MediaStreamTrack; lost: boolean; readonly user: MicUser };

const NOBODY: MicUser = { track() {}, lost() {} };
export const DEFAULT_MIC: MicChoice = {
  deviceId: '',
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** Why the browser gave no microphone, as the person must hear it. */
export function micProblem(error: unknown): MicProblem {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' || name === 'SecurityError' ? 'mic.denied' : 'mic.missing';
}

/** `exact`, so that the browser does not quietly take another device than the one the agent sees as chosen. */
function constraints({ deviceId, ...processing }: MicChoice): MediaStreamConstraints {
  return { audio: { ...processing, ...(deviceId === '' ? {} : { deviceId: { exact: deviceId } }) }, video: false };
}

/**
 * The one microphone. Every call gets a clone of its track, because mute and hold switch the track off and must not
 * silence another call. It is open only while somebody needs it: the light on the device tells the truth. When the
 * device is changed or pulled out, every holder gets a clone of the next one and no call is lost.
 */
export class Microphone {
  readonly #holders = new Set<Holder>();
  #choice: MicChoice = DEFAULT_MIC;
  #source: Promise<MediaStreamTrack> | null = null;
  #waiting = 0;
  #known = false;
  #deviceId: string | null = null;
  readonly #changed: () => void;

  /** `changed`: another device was opened, or the last one closed. */
  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
    void this.look();
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.look());
  }

  /** Permission is given and a device is there: acquiring will most likely succeed, so a call need not wait for it. */
  get likely(): boolean {
    return this.#known;
  }

  /** The device in use; null while none is open. */
  get deviceId(): string | null {
    return this.#deviceId;
  }

  /** Rejects with the browser's error: see `micProblem`. */
  async acquire(user: MicUser = NOBODY): Promise<MicLease> {
    this.#waiting += 1;
    try {
      const source = await this.#live();
      const holder: Holder = { track: source.clone(), lost: false, user };
      for (const other of this.#holders) if (other.lost) this.#handOver(other, source);
      this.#holders.add(holder);
      return {
        get track() {
          return holder.track;
        },
        release: () => {
          holder.track.stop();
          if (this.#holders.delete(holder)) this.#closeIfIdle();
        },
      };
    } catch (error) {
      void this.look();
      throw error;
    } finally {
      this.#waiting -= 1;
      this.#closeIfIdle();
    }
  }

  /** Uses another device or other processing from now on. `again` opens it anew even if the choice is the same. */
  use(choice: MicChoice, again = false): void {
    const sameDevice = choice.deviceId === this.#choice.deviceId;
    const same = JSON.stringify(choice) === JSON.stringify(this.#choice);
    this.#choice = choice;
    if (this.#source === null && !this.#isMissed) return;
    if (!same || again || this.#isMissed) void this.#reopen(sameDevice && !same);
  }

  /** Somebody who had a microphone has none now. */
  get #isMissed(): boolean {
    return [...this.#holders].some(({ lost }) => lost);
  }

  /** The source of now: one that was replaced, or whose device was pulled out in the meantime, is not worth having. */
  async #live(): Promise<MediaStreamTrack> {
    for (let tries = 0; tries < 3; tries += 1) {
      this.#source ??= this.#firstOpen();
      const asked = this.#source;
      const source = await asked;
      if (this.#source !== asked) continue;
      if (source.readyState === 'live') {
        this.#nowOpen(source.getSettings().deviceId ?? '');
        return source;
      }
      this.#source = null;
    }
    throw new DOMException('the device goes as soon as it is opened', 'NotReadableError');
  }

  #firstOpen(): Promise<MediaStreamTrack> {
    const opening = this.#open();
    opening.catch(() => {
      if (this.#source === opening) this.#source = null;
    });
    return opening;
  }

  async #open(): Promise<MediaStreamTrack> {
    const choice = this.#choice;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(constraints(choice));
    } catch (error) {
      if (choice.deviceId === '' || micProblem(error) === 'mic.denied') throw error;
      // The chosen one went or is taken by another program: better the computer's own than none.
      stream = await navigator.mediaDevices.getUserMedia(constraints({ ...choice, deviceId: '' }));
    }
    const track = stream.getAudioTracks()[0];
    if (track === undefined) throw new DOMException('no track', 'NotFoundError');
    track.addEventListener('ended', () => void this.#pulledOut(track));
    return track;
  }

  async #pulledOut(track: MediaStreamTrack): Promise<void> {
    const current = await this.#source?.catch(() => null);
    if (current !== track) return;
    for (const holder of this.#holders) this.#tellLost(holder, true, 'mic.missing');
    await this.#reopen(false);
  }

  /**
   * Opens what is chosen now beside the old device, gives everybody a clone of it, and closes the old one. With
   * `closeFirst` the other way round: Chromium opens no device twice with different processing, it gives the one
   * that is open, or another device.
   */
  async #reopen(closeFirst: boolean): Promise<void> {
    const before = this.#source;
    const close = async () => {
      const old = await before?.catch(() => null);
      // Another choice came meanwhile: what people have by then is not this one's to stop.
      if (this.#source !== opening) return;
      for (const track of [old, ...[...this.#holders].map((holder) => holder.track)]) track?.stop();
    };
    const opening: Promise<MediaStreamTrack> = closeFirst ? close().then(() => this.#open()) : this.#open();
    this.#source = opening;
    let source: MediaStreamTrack;
    try {
      source = await opening;
    } catch (error) {
      const old = await before?.catch(() => null);
      if (this.#source !== opening) return;
      // A device that cannot be opened is no reason to lose the one that works.
      this.#source = old?.readyState === 'live' ? before : null;
      if (this.#source !== null) return;
      this.#nowOpen(null);
      for (const holder of this.#holders) this.#tellLost(holder, true, micProblem(error));
      return;
    }
    if (this.#source === opening) {
      for (const holder of this.#holders) this.#handOver(holder, source);
      this.#nowOpen(source.getSettings().deviceId ?? '');
      this.#closeIfIdle();
    } else source.stop();
    (await before?.catch(() => null))?.stop();
  }

  #handOver(holder: Holder, source: MediaStreamTrack): void {
    const old = holder.track;
    const track = source.clone();
    track.enabled = old.enabled;
    holder.track = track;
    holder.user.track(track);
    old.stop();
    this.#tellLost(holder, false, 'mic.missing');
  }

  #tellLost(holder: Holder, lost: boolean, problem: MicProblem): void {
    if (holder.lost === lost) return;
    holder.lost = lost;
    if (lost) holder.track.stop();
    holder.user.lost(lost, problem);
  }

  #nowOpen(deviceId: string | null): void {
    if (this.#deviceId === deviceId) return;
    this.#deviceId = deviceId;
    this.#changed();
  }

  #closeIfIdle(): void {
    if (this.#holders.size > 0 || this.#waiting > 0) return;
    const source = this.#source;
    this.#source = null;
    this.#nowOpen(null);
    source?.then(
      (track) => track.stop(),
      () => {},
    );
  }

  /** Finds out whether a microphone would be given. */
  async look(): Promise<void> {
    try {
      const [devices, permission] = await Promise.all([
        navigator.mediaDevices.enumerateDevices(),
        navigator.permissions.query({ name: 'microphone' as PermissionName }),
      ]);
      permission.onchange = () => {
        void this.look();
        if (permission.state === 'granted' && this.#isMissed) void this.#reopen(false);
      };
      this.#known = permission.state === 'granted' && devices.some(({ kind }) => kind === 'audioinput');
    } catch {
      this.#known = false;
    }
  }
}
