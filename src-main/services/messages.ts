// SPDX-License-Identifier: MIT
import type { MegacallClient } from '../../src-megacall/client.ts';
import type { MessageView } from '../../src-shared/crm/view.ts';
import { AppError } from '../../src-shared/errors.ts';
import { toFields, toText } from '../../src-shared/megacall/coerce.ts';
import { pbxNumber } from '../../src-shared/numbers/pbx-number.ts';
import type { MessageStore, StoredMessage } from '../store/crm-api.ts';
import type { ContactService } from './contacts.ts';

/** Text messages: those the PBX tells of (event `SMS`), and those sent from here. */
export type Messages = {
  /** A verified `SMS` notification (megacall-api.md section 3.4). @throws `store.*`: it is not kept */
  received(fields: Readonly<Record<string, string>>, receivedAt: number): Promise<void>;
  /** @throws AppError `api.*`, `message.refused` when the PBX does not send to this number */
  send(number: string, text: string): Promise<void>;
  conversations(): Promise<readonly MessageView[]>;
  of(number: string, before: number | null): Promise<{ rows: readonly MessageView[]; next: number | null }>;
};

export type MessagesOptions = {
  readonly store: MessageStore;
  readonly client: Pick<MegacallClient, 'sendSms'>;
  readonly contacts: Pick<ContactService, 'find'>;
  readonly canonical: (number: string) => string;
  readonly format: (number: string) => string;
  readonly extension: () => string;
  readonly now: () => number;
  /** A message was kept or has changed. */
  readonly onChange: (message: StoredMessage) => void;
};

const MOST_CONVERSATIONS = 200;
const PAGE = 50;
const LONGEST = 4_000;
/** The event has no id: the same words from the same number within this time are the same event sent again. */
const SAME_MS = 2 * 60_000;

export function createMessages(options: MessagesOptions): Messages {
  const { store, now } = options;

  const keep = async (message: Omit<StoredMessage, 'id'>): Promise<StoredMessage | null> => {
    const hash = `${message.direction}:${message.number}:${message.at}:${message.text}`;
    const kept = await store.add({ ...message, hash });
    if (kept !== null) options.onChange(kept);
    return kept;
  };

  const view = async (message: StoredMessage): Promise<MessageView> => {
    const { id, number, direction, at, text, state } = message;
    const name = (await options.contacts.find(number))?.name ?? null;
    return { id, number, numberText: options.format(number), name, direction, at, text, state };
  };

  return {
    async received(fields, receivedAt) {
      const { from, did, text } = readSms(fields.result ?? '');
      const number = options.canonical(pbxNumber(from));
      if (number === '' || text === '') return;
      const before = await store.between(number, receivedAt - SAME_MS, receivedAt + SAME_MS);
      if (before.some((one) => one.direction === 'in' && one.text === text)) return;
      await keep({ number, did, direction: 'in', at: receivedAt, text, state: 'received', extension: null });
    },
    async send(to, text) {
      const number = options.canonical(to);
      if (!/^\+?\d{5,}$/.test(number)) throw new AppError('dial.invalid');
      const extension = options.extension();
      const kept = await keep({ number, did: null, direction: 'out', at: now(), text, state: 'sending', extension });
      const settle = async (state: StoredMessage['state']): Promise<void> => {
        if (kept === null) return;
        await store.state(kept.id, state);
        options.onChange({ ...kept, state });
      };
      try {
        const { denied } = await options.client.sendSms(number, text);
        if (denied !== null) throw new AppError('message.refused', { message: denied });
        await settle('sent');
      } catch (error) {
        await settle('failed');
        throw error;
      }
    },
    async conversations() {
      return Promise.all((await store.conversations(MOST_CONVERSATIONS)).map(view));
    },
    async of(number, before) {
      const rows = await store.of(options.canonical(number), before, PAGE);
      return { rows: await Promise.all(rows.map(view)), next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) };
    },
  };
}

/** The event that tells of a text message. */
export function isSms(fields: Readonly<Record<string, string>>): boolean {
  return fields.event?.toUpperCase() === 'SMS';
}

/** `result` is JSON: `caller_id` is the sender, `caller_did` our own number. What cannot be read is empty. */
function readSms(result: string): { from: string; did: string | null; text: string } {
  try {
    const fields = toFields(JSON.parse(result));
    const did = pbxNumber(toText(fields.caller_did));
    return { from: toText(fields.caller_id), did: did || null, text: toText(fields.text).slice(0, LONGEST) };
  } catch {
    return { from: '', did: null, text: '' };
  }
}
