// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import type { CrmSettings } from '../../src-shared/crm/settings.ts';
import { chatEntry } from '../../src-shared/journal/entry.ts';
import type { JournalTexts } from '../../src-shared/journal/texts.ts';
import type { Job } from '../../src-shared/rules/duty.ts';
import type { Log } from '../log.ts';
import type { MessageStore, StoredMessage } from '../store/crm-api.ts';
import type { Agents } from './agents.ts';
import type { Connector } from './api.ts';
import type { CrmLookup } from './lookup.ts';
import type { Outbox } from './outbox.ts';

/** Conversations by text message into the CRMs' journals: one entry for each number and day. */
export type ChatJournal = {
  message(message: StoredMessage): void;
  /** The work of `journal` duties whose subject begins with `chat/`. */
  work(subject: string): Promise<string>;
};

export type ChatJournalOptions = {
  readonly messages: MessageStore;
  readonly outbox: Outbox;
  readonly lookup: CrmLookup;
  readonly agents: Agents;
  readonly connectors: () => readonly Connector[];
  readonly settings: () => CrmSettings['journal'];
  readonly texts: () => JournalTexts;
  readonly extension: () => string;
  readonly offsetMinutes: () => number;
  readonly plan: (job: Job, delayMs: number, data: unknown) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
};

const DAY_MS = 24 * 60 * 60_000;
/** A message at midnight may still be on its way. */
const AFTER_MIDNIGHT_MS = 5 * 60_000;

export function createChatJournal(options: ChatJournalOptions): ChatJournal {
  const { settings, now, log } = options;

  const dayOf = (at: number): number => Math.floor((at + options.offsetMinutes() * 60_000) / DAY_MS);
  const startOf = (day: number): number => day * DAY_MS - options.offsetMinutes() * 60_000;

  return {
    message({ number, at }) {
      if (!settings().chats) return;
      const day = dayOf(at);
      const delay = Math.max(0, startOf(day + 1) + AFTER_MIDNIGHT_MS - now());
      options
        .plan(`journal:chat/${number}/${day}`, delay, null)
        .catch((error: unknown) => log.error('a conversation was not planned for the journal', { error }));
    },
    async work(subject) {
      const [, number = '', day = ''] = subject.split('/');
      const from = startOf(Number(day));
      const stored = await options.messages.between(number, from, from + DAY_MS);
      const sent = stored.filter((one) => one.state !== 'failed' && one.state !== 'sending');
      if (sent.length === 0) return 'gone';
      const extension = sent.findLast((one) => one.extension !== null)?.extension ?? options.extension();
      const { name, email } = options.agents.of(extension);
      for (const connector of options.connectors()) {
        const { chats } = connector.capabilities;
        const as = chats.includes(settings().chatsAs) ? settings().chatsAs : chats[0];
        if (as === undefined) continue;
        const record = await options.lookup.recordOf(connector.id, number).catch(() => null);
        const userId = await options.agents.userId(connector, extension, AbortSignal.timeout(10_000));
        const messages = sent.map((one) => ({
          at: one.at,
          from: one.direction === 'in' ? ('customer' as const) : ('agent' as const),
          text: one.text,
        }));
        const entry = chatEntry(chatKey(subject), number, messages, as, {
          record,
          agent: { extension, name, email, userId },
          texts: options.texts(),
          offsetMinutes: options.offsetMinutes(),
        });
        await options.outbox.add(connector.id, 'chat', entry.key, entry);
      }
      return 'entered';
    },
  };
}

function chatKey(subject: string): string {
  return `sp:${createHash('sha256').update(subject).digest('hex').slice(0, 16)}`;
}
