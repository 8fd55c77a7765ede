// SPDX-License-Identifier: MIT
import type { CrmRecord, CrmRef, CrmUser } from '../../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';
import type {
  CallerView,
  ConnectorView,
  MessageView,
  OutboxView,
  OwnTry,
  TemplateView,
} from '../../src-shared/crm/view.ts';

/** What the CRMs of one window have, and the text messages. */
export type CrmWorld = {
  records: CrmRecord[];
  users: CrmUser[];
  outbox: OutboxView[];
  /** Newest first. */
  messages: MessageView[];
  tried: OwnTry;
  template: TemplateView;
  /** Connectors that do not answer a look-up or a search. */
  silent: string[];
};

declare global {
  interface Window {
    fakeCrm: CrmWorld;
  }
}

/**
 * Answers what a window asks about CRMs and messages, as main would. Runs in the page as it is written here, after
 * `installFakeBridge`, so it may use nothing from outside itself.
 */
export function installFakeCrm(world: CrmWorld): void {
  const crm = { ...world };
  window.fakeCrm = crm;
  const fake = window.fakeMain;
  const ok = (value: unknown) => ({ ok: true, value });
  const fail = (code: string, params = {}) => ({ ok: false, error: { code, params } });
  const plain = (text: string) => text.toLowerCase().replaceAll(' ', '');

  const ALL = {
    ...{ lookup: true, search: true, searchByEmail: true, create: ['contact', 'lead', 'company', 'deal'] },
    ...{ journal: true, journalUpdate: 'update', journalFind: true, chats: ['task', 'call'], users: true },
  };

  /** As main shows connectors of the settings; those that sign in keep the state they had. */
  function viewOf(settings: ConnectorSettings): ConnectorView {
    const before = fake.state.crm.connectors.find(({ id }) => id === settings.id);
    const signsIn = settings.type === 'salesforce' || settings.type === 'zoho';
    const fresh = signsIn ? 'sign-in' : 'ready';
    const state = !settings.enabled ? 'off' : before === undefined || before.state === 'off' ? fresh : before.state;
    const { id, type, name } = settings;
    return {
      id,
      type,
      name,
      state,
      error: before?.error ?? null,
      capabilities: (state === 'off' ? null : ALL) as never,
    };
  }

  function setConnectors(connectors: readonly ConnectorView[]): void {
    fake.setState({ crm: { ...fake.state.crm, connectors } });
  }

  function setView(id: string, patch: Partial<ConnectorView>): void {
    setConnectors(fake.state.crm.connectors.map((one) => (one.id === id ? { ...one, ...patch } : one)));
  }

  function setCaller(number: string, view: CallerView): void {
    fake.setState({ crm: { ...fake.state.crm, callers: { ...fake.state.crm.callers, [number]: view } } });
  }

  function find(number: string): CallerView {
    const records = crm.records.filter(({ phones }) => phones.some((phone) => plain(phone) === plain(number)));
    const [first, ...others] = records;
    const result =
      first === undefined
        ? { state: 'none' as const }
        : others.length > 0
          ? { state: 'ambiguous' as const, records }
          : { state: 'one' as const, record: first, by: 'e164' as const };
    return { state: 'known', result, failed: crm.silent };
  }

  function count(): void {
    const of = (state: OutboxView['state']) => crm.outbox.filter((row) => row.state === state).length;
    fake.setState({ crm: { ...fake.state.crm, outbox: { waiting: of('waiting'), failed: of('failed') } } });
  }

  function keep(message: Omit<MessageView, 'id' | 'numberText' | 'name'>): MessageView {
    const known = crm.messages.find(({ number }) => number === message.number);
    const id = 1 + Math.max(0, ...crm.messages.map((one) => one.id));
    const kept = { ...message, id, numberText: known?.numberText ?? message.number, name: known?.name ?? null };
    crm.messages = [kept, ...crm.messages];
    return kept;
  }

  fake.others.push((name, args) => {
    const [first, second] = args;
    switch (name) {
      case 'settings.set': {
        const patch = first as { crm?: { connectors: ConnectorSettings[] } };
        if (patch.crm !== undefined) setConnectors(patch.crm.connectors.map(viewOf));
        return undefined;
      }
      case 'crm.lookup': {
        const { result, failed } = find(String(first));
        return ok({ result, failed });
      }
      case 'crm.choose': {
        const ref = second as CrmRef;
        const record = crm.records.find((one) => one.id === ref.id && one.kind === ref.kind);
        if (record === undefined) return fail('internal');
        setCaller(String(first), { state: 'known', result: { state: 'one', record, by: 'chosen' }, failed: [] });
        return ok(undefined);
      }
      case 'crm.search': {
        const text = plain(String(first));
        const fits = ({ name: who, company, email, phones }: CrmRecord) =>
          [who, company ?? '', email ?? '', ...phones].some((part) => plain(part).includes(text));
        return ok({ records: crm.records.filter(fits), failed: crm.silent });
      }
      case 'crm.create': {
        const draft = second as {
          kind: CrmRecord['kind'];
          firstName: string;
          lastName: string;
          company: string;
          number: string;
        };
        const record: CrmRecord = {
          ...{ connector: String(first), kind: draft.kind, id: 'new', company: draft.company || null, email: null },
          name: `${draft.firstName} ${draft.lastName}`.trim() || draft.company,
          ...{ phones: [draft.number], url: 'https://crm.example/new', owner: null },
        };
        crm.records = [...crm.records, record];
        setCaller(draft.number, find(draft.number));
        return ok(record);
      }
      case 'crm.users':
        return ok(crm.users);
      case 'crm.test':
        return ok({ name: 'Ana Ruiz' });
      case 'crm.connect':
        setView(String(first), { state: 'connecting', error: null });
        // The test says how it ends: until then the browser is open.
        return ok(undefined);
      case 'crm.cancel':
        setView(String(first), { state: 'sign-in' });
        return ok(undefined);
      case 'crm.disconnect':
        setView(String(first), { state: 'sign-in' });
        return ok(undefined);
      case 'crm.try':
        return ok(crm.tried);
      case 'crm.read-template':
        return String(first).includes('<Crm') ? ok(crm.template) : fail('crm.template', { reason: 'line 1: no <Crm>' });
      case 'outbox.page': {
        const { before, limit, state } = first as { before: number | null; limit: number; state: string | null };
        const rows = crm.outbox.filter(
          (row) => (before === null || row.id < before) && (state === null || row.state === state),
        );
        const page = rows.slice(0, limit);
        return ok({ rows: page, next: rows.length > limit ? page.at(-1)?.id : null });
      }
      case 'outbox.retry':
        crm.outbox = crm.outbox.map((row) =>
          row.state === 'failed' && (first === null || row.id === first) ? { ...row, state: 'waiting' } : row,
        );
        count();
        return ok(undefined);
      case 'outbox.drop':
        crm.outbox = crm.outbox.filter(({ id }) => id !== first);
        count();
        return ok(undefined);
      case 'history.outcome':
        fake.rows = fake.rows.map((row) => (row.id === first ? { ...row, outcome: String(second) } : row));
        setTimeout(() => fake.push('history.changed', { id: Number(first) }));
        return ok(undefined);
      case 'messages.conversations': {
        const once = new Map<string, MessageView>();
        for (const one of crm.messages) if (!once.has(one.number)) once.set(one.number, one);
        return ok([...once.values()]);
      }
      case 'messages.of': {
        const before = second as number | null;
        const rows = crm.messages.filter(({ number, id }) => number === first && (before === null || id < before));
        const page = rows.slice(0, 50);
        return ok({ rows: page, next: rows.length > 50 ? page.at(-1)?.id : null });
      }
      case 'messages.send': {
        const refused = String(first).includes('999');
        const state = refused ? 'failed' : 'sent';
        keep({ number: String(first), direction: 'out', at: Date.now(), text: String(second), state });
        setTimeout(() => fake.push('messages.changed', { number: String(first) }));
        return refused ? fail('message.refused', { message: 'Wrong number' }) : ok(undefined);
      }
      default:
        return undefined;
    }
  });
}
