// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One recorded call. `readyAt` is when the file can be asked for; before it the platform says "File not found". */
export type Recording = { readonly callId: string; readonly pbxCallId: string; readyAt: number };

export type RecordingLink = { readonly token: string; readonly callId: string; readonly expiresAt: number };

/** Two tones, one a channel, six seconds. */
export const RECORDING_MP3: Buffer = readFileSync(new URL('./fixtures/two-tones.mp3', import.meta.url));

/** An id as the platform makes them: unix seconds and eight digits, 18 significant ones in all (section 2.5). */
export function newRecordId(nowMs: number): string {
  const fraction = 10_000_000 + (randomBytes(4).readUInt32BE() % 90_000_000);
  // A last digit of zero would be dropped by any reader that takes the id for a number.
  return `${Math.floor(nowMs / 1000)}.${fraction - (fraction % 10 === 0 ? 1 : 0)}`;
}

export class Recordings {
  readonly #items = new Map<string, Recording>();
  readonly #links = new Map<string, RecordingLink>();

  list(): Recording[] {
    return [...this.#items.values()];
  }

  add(callId: string, pbxCallId: string, readyAt: number): Recording {
    const recording = { callId, pbxCallId, readyAt };
    this.#items.set(callId, recording);
    return recording;
  }

  /** The recordings of one id that can be fetched now. */
  ready(by: { callId: string } | { pbxCallId: string }, now = Date.now()): Recording[] {
    return this.list().filter(
      (item) => item.readyAt <= now && ('callId' in by ? item.callId === by.callId : item.pbxCallId === by.pbxCallId),
    );
  }

  remove(callId: string): void {
    this.#items.delete(callId);
  }

  /** A link of its own for each request, good for `lifetime` seconds. */
  link(callId: string, lifetime: number, now = Date.now()): RecordingLink {
    const link = { token: randomBytes(16).toString('hex'), callId, expiresAt: now + lifetime * 1000 };
    this.#links.set(link.token, link);
    return link;
  }

  /** The file behind a link, or null when the link is unknown or expired, or the recording was deleted. */
  open(token: string, callId: string, now = Date.now()): Buffer | null {
    const link = this.#links.get(token);
    if (link === undefined || link.callId !== callId || link.expiresAt <= now || !this.#items.has(callId)) return null;
    return RECORDING_MP3;
  }
}
