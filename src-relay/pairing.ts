// SPDX-License-Identifier: MIT
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../src-shared/relay/protocol.ts';
import { keyPart, sha256 } from './keys.ts';
import { WireFailure } from './parts.ts';
import { networkOf } from './sources.ts';
import { type Kv, RelayError } from './store/api.ts';

/** What a pairing code is worth. */
export type Worth = {
  readonly tenant: string;
  readonly extension: string;
  readonly role: Role;
  /** What the admin called it. */
  readonly name: string;
};

export type Pairing = {
  /** A new code, shown once, as `ABCD-EFGH`; UTC ms of its end. */
  issue(worth: Worth): Promise<{ code: string; expiresAt: number }>;
  /**
   * Uses a code up, typed in capitals or not, with any spaces and hyphens.
   *
   * @param from address of whoever asks
   * @throws WireFailure `pair.locked`, `pair.unknown`; RelayError `relay.unavailable`: too many wait
   */
  redeem(code: string, from: string): Promise<Worth>;
};

/**
 * Without letters and digits that people take for each other: 31^8, 850 thousand million codes.
 *
 * What a stranger has of guessing, for each code during its ten minutes, in which two windows may meet: an address has ten
 * tries (1 in 85 thousand million); whoever has addresses without end, slowed down, 100 a second at each node, which is
 * 60,000 (1 in 14 million).
 */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 8;
const VALID_MS = 10 * 60_000;

/** Wrong codes within the window before an address may not try any more. */
const WINDOW_MS = 15 * 60_000;
const MOST_WRONG = 5;
/**
 * Wrong codes of all addresses before every try is slowed down; before it is looked at, so that nobody may take a missing
 * answer for a wrong code and hang up. Never refused, or whoever reaches the relay could keep all new desktops out.
 */
const SLOW_AFTER = 20;
const SLOW_MS = 2_000;
/** Tries that wait at once at this node, and of one address: a try that waits holds a connection that others may need. */
const MOST_WAITING = 200;
const MOST_WAITING_OF_ONE = 20;
const TRIES = 30;

export type PairingOptions = {
  /** UTC ms. */
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
};

export function createPairing(kv: Kv, { now = Date.now, wait = sleep }: PairingOptions = {}): Pairing {
  const waiting = new Map<string, number>();
  let waitingAll = 0;

  async function slowDown(address: string): Promise<void> {
    const own = waiting.get(address) ?? 0;
    if (waitingAll >= MOST_WAITING || own >= MOST_WAITING_OF_ONE) throw new RelayError('relay.unavailable');
    waiting.set(address, own + 1);
    waitingAll += 1;
    try {
      await wait(SLOW_MS);
    } finally {
      waitingAll -= 1;
      const left = (waiting.get(address) ?? 1) - 1;
      if (left > 0) waiting.set(address, left);
      else waiting.delete(address);
    }
  }

  return {
    async issue(worth) {
      const code = newCode();
      const expiresAt = now() + VALID_MS;
      const stored = JSON.stringify({ ...worth, expiresAt });
      if ((await kv.put('pairing', codeKey(code), stored, 0, VALID_MS)) === 0) return this.issue(worth);
      return { code: `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`, expiresAt };
    },
    async redeem(typed, from) {
      const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
      const address = `wrong/address/${keyPart(networkOf(from))}`;
      if ((await wrongOf(kv, address, now())).wrong >= MOST_WRONG) throw new WireFailure('pair.locked');
      if ((await wrongOf(kv, OF_ALL, now())).wrong >= SLOW_AFTER) await slowDown(address);
      // Counted before it is looked at: a hundred guesses at once are a hundred guesses.
      if (!(await count(kv, address, 1, MOST_WRONG, now))) throw new WireFailure('pair.locked');
      const worth = code.length === LENGTH ? await useUp(kv, codeKey(code), now()) : null;
      if (worth === null) {
        await count(kv, OF_ALL, 1, SLOW_AFTER, now);
        throw new WireFailure('pair.unknown');
      }
      await count(kv, address, -1, MOST_WRONG, now);
      return worth;
    },
  };
}

async function useUp(kv: Kv, key: string, now: number): Promise<Worth | null> {
  const found = await kv.get('pairing', key);
  if (found === null) return null;
  const { expiresAt, isUsed, ...worth } = JSON.parse(found.value) as Worth & { expiresAt: number; isUsed?: true };
  if (isUsed || expiresAt <= now) return null;
  // The mark rather than a removal: of two who are equally quick one is first.
  const mark = JSON.stringify({ isUsed: true });
  return (await kv.put('pairing', key, mark, found.revision, VALID_MS)) > 0 ? worth : null;
}

const OF_ALL = 'wrong/all/';

/** Wrong codes of this window, and the revision they stand in the store with. */
async function wrongOf(kv: Kv, key: string, now: number) {
  const found = await kv.get('pairing', key);
  const stored = found === null ? null : (JSON.parse(found.value) as { since: number; wrong: number });
  const isOpen = stored !== null && stored.since + WINDOW_MS > now;
  return { ...(isOpen ? stored : { since: now, wrong: 0 }), revision: found?.revision ?? 0 };
}

/** False when there are as many as may be, or so many try at once that there soon will be: nothing is written then. */
async function count(kv: Kv, key: string, by: 1 | -1, most: number, now: () => number): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { since, wrong, revision } = await wrongOf(kv, key, now());
    if (by > 0 && wrong >= most) return false;
    const value = JSON.stringify({ since, wrong: Math.max(0, wrong + by) });
    if ((await kv.put('pairing', key, value, revision, WINDOW_MS)) > 0) return true;
  }
  return false;
}

function newCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function codeKey(code: string): string {
  return `code/${sha256(code)}`;
}
