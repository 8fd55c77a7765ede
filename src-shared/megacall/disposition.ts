// SPDX-License-Identifier: MIT
import type { Disposition } from '../calls/model.ts';

/** Spellings of webhooks, statistics and zcrm with everything but letters removed (megacall-api.md 2.9, 3.4). */
const SPELLINGS: ReadonlyMap<string, Disposition> = new Map([
  ['answered', 'answered'],
  ['answer', 'answered'],
  ['busy', 'busy'],
  ['cancel', 'cancelled'],
  ['canceled', 'cancelled'],
  ['cancelled', 'cancelled'],
  ['noanswer', 'no-answer'],
  ['notanswered', 'no-answer'],
  ['unanswered', 'no-answer'],
  ['failed', 'failed'],
  ['callfailed', 'failed'],
  ['rejected', 'rejected'],
  ['declined', 'rejected'],
  ['blacklist', 'rejected'],
  ['nomoney', 'no-money'],
  ['nomoneynolimit', 'no-money'],
  ['unallocatednumber', 'unallocated'],
  ['unallocated', 'unallocated'],
  ['nolimit', 'limit'],
  ['nodaylimit', 'limit'],
  ['linelimit', 'limit'],
]);

/** How a call ended, from any of the PBX's spellings; `unknown` for one never seen, so that no call is lost over it. */
export function toDisposition(text: string): Disposition {
  return SPELLINGS.get(text.toLowerCase().replace(/[^a-z]/g, '')) ?? 'unknown';
}
