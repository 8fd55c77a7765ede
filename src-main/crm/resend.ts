// SPDX-License-Identifier: MIT
import type { OutboxItem, OutboxStore } from '../store/crm-api.ts';
import { AMBIGUOUS } from './lookup.ts';
import type { Outbox } from './outbox.ts';

const PAGE = 100;

/**
 * Entries that were refused because nobody had chosen among the records of a number, and what came after them, go out
 * once somebody has. `isSame` tells the number in any of its forms.
 */
export async function resendChosen(
  stored: Pick<OutboxStore, 'page'>,
  outbox: Pick<Outbox, 'retry'>,
  isSame: (number: string) => boolean,
): Promise<void> {
  const failed: OutboxItem[] = [];
  for (let before: number | null = null; ; ) {
    const page: readonly OutboxItem[] = await stored.page(before, PAGE, 'failed');
    failed.push(...page);
    before = page.at(-1)?.id ?? null;
    if (page.length < PAGE || before === null) break;
  }
  const entries = failed.filter(
    ({ kind, message, payload }) =>
      (kind === 'call' || kind === 'chat') &&
      message === AMBIGUOUS &&
      isSame((JSON.parse(payload) as { number: string }).number),
  );
  const follows = (item: OutboxItem): boolean =>
    item.kind === 'patch' &&
    entries.some(({ kind, connector, key }) => kind === 'call' && connector === item.connector && key === item.key);
  for (const { id } of [...entries, ...failed.filter(follows)]) await outbox.retry(id);
}
