// SPDX-License-Identifier: MIT
import type { MediaWarning } from '../../src-shared/engine-protocol.ts';
import type { MediaLook } from './stats.ts';

export type WatchedWarning = Extract<MediaWarning, 'mic-silent' | 'no-incoming-audio' | 'network-loss'>;

/** One look, about once a second. */
export type WarningLook = Pick<MediaLook, 'at' | 'packetsReceived' | 'packetsLost' | 'micEnergy' | 'micSeconds'> & {
  readonly muted: boolean;
  readonly held: boolean;
};

const SILENT_MS = 5_000;
/** -80 dB of full scale: below what any open microphone hears in the quietest room, above rounding. */
const SILENT_RMS = 1e-4;
/** On again only from -74 dB, so that one crackle does not switch it off and on. */
const AUDIBLE_RMS = 2e-4;
const NO_PACKETS_MS = 3_000;
const LOSS_WINDOW_MS = 5_000;
const LOSS_ON = 0.05;
const LOSS_OFF = 0.02;
/** Fewer packets in the window say nothing: the far end may send none while nobody talks. */
const LOSS_PACKETS = 50;

/** Decides when a call's media deserves a warning and when it is over. No clock of its own: looks carry the time. */
export class MediaWarnings {
  readonly #on = new Set<WatchedWarning>();
  #window: WarningLook[] = [];
  #silentSince: number | null = null;
  #noPacketsSince: number | null = null;

  /** What changed with this look. */
  look(look: WarningLook): { readonly warning: WatchedWarning; readonly on: boolean }[] {
    const before = this.#window.at(-1) ?? null;
    const wanted: Record<WatchedWarning, boolean> = {
      'mic-silent': this.#isSilent(look, before),
      'no-incoming-audio': this.#isDeaf(look, before),
      'network-loss': this.#isLosing(look),
    };
    const changes: { warning: WatchedWarning; on: boolean }[] = [];
    for (const warning of Object.keys(wanted) as WatchedWarning[]) {
      const on = wanted[warning];
      if (on === this.#on.has(warning)) continue;
      if (on) this.#on.add(warning);
      else this.#on.delete(warning);
      changes.push({ warning, on });
    }
    return changes;
  }

  #isSilent(look: WarningLook, before: WarningLook | null): boolean {
    const seconds = rise(look.micSeconds, before?.micSeconds);
    const energy = rise(look.micEnergy, before?.micEnergy);
    // Muted or held: silence is what was asked for. No source at all says nothing.
    if (look.muted || look.held || before?.muted || before?.held || seconds === null || energy === null) {
      this.#silentSince = null;
      return false;
    }
    // A source that gives no samples is as silent as one that gives zeros.
    const rms = seconds > 0 ? Math.sqrt(Math.max(0, energy) / seconds) : 0;
    if (rms >= (this.#on.has('mic-silent') ? AUDIBLE_RMS : SILENT_RMS)) {
      this.#silentSince = null;
      return false;
    }
    this.#silentSince ??= before?.at ?? look.at;
    return look.at - this.#silentSince >= SILENT_MS;
  }

  #isDeaf(look: WarningLook, before: WarningLook | null): boolean {
    const packets = rise(look.packetsReceived ?? 0, before === null ? null : (before.packetsReceived ?? 0));
    if (look.held || packets === null || packets !== 0) {
      this.#noPacketsSince = null;
      return false;
    }
    this.#noPacketsSince ??= before?.at ?? look.at;
    return look.at - this.#noPacketsSince >= NO_PACKETS_MS;
  }

  #isLosing(look: WarningLook): boolean {
    this.#window.push(look);
    while ((this.#window[1]?.at ?? look.at) <= look.at - LOSS_WINDOW_MS) this.#window.shift();
    const first = this.#window[0] ?? look;
    const received = rise(look.packetsReceived, first.packetsReceived);
    const lost = rise(look.packetsLost, first.packetsLost);
    const isOn = this.#on.has('network-loss');
    if (look.held || received === null || lost === null) return false;
    const all = received + Math.max(0, lost);
    // A full window, so that one lost packet at the start is no warning; and no verdict on hardly any packets.
    if (look.at - first.at < LOSS_WINDOW_MS || all < LOSS_PACKETS) return isOn && all > 0;
    return Math.max(0, lost) / all > (isOn ? LOSS_OFF : LOSS_ON);
  }
}

/** How much a counter grew; a counter that starts anew (another stream) grew by what it shows. */
function rise(now: number | null, before: number | null | undefined): number | null {
  if (now === null || before === null || before === undefined) return null;
  return now >= before ? now - before : now;
}
