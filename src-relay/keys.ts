// SPDX-License-Identifier: MIT
import { hash } from 'node:crypto';

/**
 * Any text as one part of a key: as it is when it is short and plain, else its SHA-256. Ids come from outside and may
 * hold `/`, `*` or `>`, which mean something in keys.
 */
export function keyPart(text: string): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(text) ? text : `=${sha256(text)}`;
}

/** SHA-256, lower-case hex. */
export function sha256(text: string): string {
  return hash('sha256', text);
}
