// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import { createByKey } from '../../src-shared/by-key.ts';
import { type Call, isMissed } from '../../src-shared/calls/model.ts';
import type { CallEntry, CallEntryPatch, CrmRecord } from '../../src-shared/crm/model.ts';
import type { CrmSettings } from '../../src-shared/crm/settings.ts';
import { callEntry, callTypeOf } from '../../src-shared/journal/entry.ts';
import type { JournalTexts } from '../../src-shared/journal/texts.ts';
import { dutyDelay, type Job, takerOf } from '../../src-shared/rules/duty.ts';
import type { Log } from '../log.ts';
import type { StoredCall } from '../store/api.ts';
import type { OutboxStore } from '../store/crm-api.ts';
import type { Agents } from './agents.ts';
import type { Connector } from './api.ts';
import type { CrmLookup } from './lookup.ts';
import type { Outbox } from './outbox.ts';

/** Calls into the CRMs' journals, once for each in a whole company; what becomes known later follows. */
export type CallJournal = {
  /** A row of the history was written. */
  written(rowId: number, call: Call): void;
  /** After a start: calls that ended shortly before a crash are planned if they are not yet. */
  resume(rows: AsyncIterable<{ readonly id: number; readonly call: Call }>): Promise<void>;
  /** The work of `journal` duties: everything into the outbox. Answers what the company is told. */
  work(subject: string, data: unknown, signal: AbortSignal): Promise<string>;
  /** Note, outcome or recording of a row have changed: its entries follow. */
  changed(rowId: number): Promise<void>;
};

export type CallJournalOptions = {
  readonly outbox: Outbox;
  readonly stored: OutboxStore;
  readonly lookup: CrmLookup;
  readonly agents: Agents;
  readonly connectors: () => readonly Connector[];
  readonly row: (rowId: number) => Promise<StoredCall | null>;
  /** A link people can open for as long as the PBX allows; null when there is none (yet). */
  readonly recordingLink: (row: StoredCall) => Promise<string | null>;
  readonly settings: () => CrmSettings['journal'];
  readonly texts: () => JournalTexts;
  readonly extension: () => string;
  readonly defaultResponsible: () => string | null;
  readonly isExtension: (number: string) => boolean;
  readonly offsetMinutes: () => number;
  readonly plan: (job: Job, delayMs: number, data: unknown) => Promise<void>;
  readonly log: Log;
};

/** The PBX's last words on a call, and a note typed while it ended, come within this time. */
const SETTLE_MS = 3_000;
/** A call no webhook has told of may still be joined to one by then. */
const NO_WEBHOOK_MS = 60_000;
const MOST_KNOWN = 500;

export function createCallJournal(options: CallJournalOptions): CallJournal {
  const { outbox, stored, lookup, agents, settings, log } = options;
  const planned = new Set<string>();
  /** What was read of a row earlier must not be entered later. */
  const inTurn = createByKey<number>();

  const concerns = (call: Call): boolean =>
    call.phase === 'ended' && call.number !== '' && !options.isExtension(call.number) && callTypeOf(call) !== null;

  const agentOf = (call: Call): string =>
    takerOf(call) ?? (isMissed(call) ? options.defaultResponsible() : null) ?? options.extension();

  const contextOf = async (row: StoredCall, connector: Connector, record: CrmRecord | null, signal: AbortSignal) => {
    const extension = agentOf(row.call);
    const { name, email } = agents.of(extension);
    const userId = await agents.userId(connector, extension, signal);
    return {
      record,
      agent: { extension, name, email, userId },
      texts: options.texts(),
      offsetMinutes: options.offsetMinutes(),
      recordingUrl: await options.recordingLink(row),
      note: row.note,
      disposition: row.outcome,
    };
  };

  const enter = async (row: StoredCall, connector: Connector, signal: AbortSignal): Promise<void> => {
    // Written under another name before its webhooks came: that entry is this call's.
    for (const key of row.call.formerKeys) {
      if ((await stored.find(connector.id, 'call', entryKey(key))) !== null) return;
    }
    // Not known now: asked again when the entry is sent.
    const record = await lookup.recordOf(connector.id, row.call.number).catch(() => null);
    const context = await contextOf(row, connector, record, signal);
    const entry = callEntry(row.call, entryKey(row.call.key), context);
    if (entry !== null) await outbox.add(connector.id, 'call', entry.key, entry);
  };

  const journals = (): readonly Connector[] => options.connectors().filter(({ capabilities }) => capabilities.journal);

  const written = (rowId: number, call: Call): void => {
    if (!settings().calls || !concerns(call) || journals().length === 0 || planned.has(call.key)) return;
    const turn = dutyDelay(call, options.extension(), options.defaultResponsible());
    if (turn === null) return;
    if (planned.size > MOST_KNOWN) planned.clear();
    planned.add(call.key);
    const settle = call.pbxCallId === null ? NO_WEBHOOK_MS : SETTLE_MS;
    options
      .plan(`journal:${call.pbxCallId ?? call.key}`, turn + settle, { rowId })
      .catch((error: unknown) => log.error('a call was not planned for the journal', { error }));
  };

  const follow = async (rowId: number): Promise<void> => {
    const row = await options.row(rowId);
    if (row === null || !settings().calls) return;
    for (const connector of journals()) {
      // What it cannot take would stand among the failures for good.
      if (connector.capabilities.journalUpdate === 'none') continue;
      const item = await itemOf(stored, connector.id, row.call);
      if (item === null) continue;
      const entry = JSON.parse(item.payload) as CallEntry;
      const patched = await stored.find(connector.id, 'patch', item.key);
      const last = patched === null ? entry : (JSON.parse(patched.payload) as CallEntryPatch);
      // Each link the PBX gives is another one: the first stays, or every start of the program would bring a patch.
      const recordingUrl = last.recordingUrl ?? entry.recordingUrl ?? (await options.recordingLink(row));
      const patch = { recordingUrl, note: row.note, disposition: row.outcome, text: entry.text };
      const isNews = (['recordingUrl', 'note', 'disposition'] as const).some((name) => last[name] !== patch[name]);
      if (isNews) await outbox.add(connector.id, 'patch', item.key, patch);
    }
  };

  const changed = (rowId: number): Promise<void> => inTurn(rowId, () => follow(rowId));

  return {
    written,
    changed,
    async resume(rows) {
      for await (const { id, call } of rows) {
        written(id, call);
        // A note may have been kept a moment before the end.
        await changed(id);
      }
    },
    async work(_subject, data, signal) {
      const row = await options.row(Number((data as { rowId?: unknown }).rowId));
      if (row === null || !concerns(row.call)) return 'gone';
      for (const connector of journals()) await enter(row, connector, signal);
      // A note or a recording that came since the row was read found no entry to follow.
      const since = await options.row(row.id);
      if (since !== null && afterwards(since) !== afterwards(row)) await changed(row.id);
      return 'entered';
    },
  };
}

/** Our own key of a call's entry: the same at each try and on each desktop. */
export function entryKey(callKey: string): string {
  return `sp:${createHash('sha256').update(callKey).digest('hex').slice(0, 16)}`;
}

/** What may come after an entry was made of a row. */
function afterwards({ note, outcome, recording }: StoredCall): string {
  return JSON.stringify([note, outcome, recording?.state]);
}

async function itemOf(stored: OutboxStore, connector: string, call: Call) {
  for (const key of [call.key, ...call.formerKeys]) {
    const item = await stored.find(connector, 'call', entryKey(key));
    if (item !== null) return item;
  }
  return null;
}
