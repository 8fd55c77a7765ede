// SPDX-License-Identifier: MIT
import { hash } from 'node:crypto';

/**
 * Hash of a notification's content, independent of the order of its fields: what is sent twice, or replayed, has the
 * same one. Nothing in a notification is used once (megacall-api.md section 3.2), so content is all there is to go by.
 */
export function notificationHash(fields: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify(sorted));
}
