// SPDX-License-Identifier: MIT

import type { WireError } from '../../src-shared/errors.ts';
import type { Bridge, Pushes, PushName, RequestName } from '../../src-shared/ipc/map.ts';
import type { AppState, Contact, HistoryRow } from '../../src-shared/state.ts';
import type { World } from './fixtures.ts';

export type Asked = { readonly name: RequestName; readonly args: readonly unknown[] };

/** What a test can do to the main process of the page. */
export type FakeMain = {
  readonly asked: Asked[];
  /** The next requests of that name fail so, until taken out. */
  readonly fail: Partial<Record<RequestName, WireError>>;
  /** Fixed answers that replace the usual ones. */
  readonly answer: Partial<Record<RequestName, unknown>>;
  /** Asked before the usual answers, which may come later (a promise); undefined leaves it to them. */
  readonly others: ((name: RequestName, args: readonly unknown[]) => unknown)[];
  rows: HistoryRow[];
  contacts: Contact[];
  state: AppState;
  push<K extends PushName>(name: K, payload: Pushes[K]): void;
  setState(patch: Partial<AppState>): void;
};

declare global {
  interface Window {
    fakeMain: FakeMain;
  }
}

/**
 * Stands in for preload and main inside the page. Runs there as it is written here, so it may use nothing from outside
 * itself. Answers as main would: pages by keyset, saves notes, refuses what cannot be dialled.
 */
export function installFakeBridge({ world, kind }: { world: World; kind: 'main' | 'popup' }): void {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const fake: FakeMain = {
    asked: [],
    fail: {},
    answer: {},
    others: [],
    rows: [...world.rows],
    contacts: [...world.contacts],
    state: world.state,
    push(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(structuredClone(payload) as never);
    },
    setState(patch) {
      fake.state = { ...fake.state, ...patch };
      fake.push('state', fake.state);
    },
  };
  window.fakeMain = fake;

  const failed = (code: WireError['code'], params: WireError['params'] = {}) => ({
    ok: false as const,
    error: { code, params },
  });

  function preview(text: string) {
    const [number = '', ...keys] = text.split(',');
    const after = keys.join(',');
    const digits = number.replaceAll(/[\s().-]/g, '');
    if (digits === '') return failed('dial.empty');
    if (digits.length > 30) return failed('dial.too-long');
    if (/^\+?\d{9,15}$/.test(digits)) {
      const target = digits.startsWith('+') ? digits : `+34${digits}`;
      return {
        ok: true as const,
        value: {
          target,
          text: target.replace(/^(\+\d\d)(\d{3})(\d\d)(\d\d)/, '$1 $2 $3 $4 '),
          country: 'ES',
          kind: 'e164',
          ...(after === '' ? {} : { after }),
        },
      };
    }
    if (/^\d{2,4}$/.test(digits))
      return { ok: true as const, value: { target: digits, text: digits, country: null, kind: 'extension' } };
    if (/^\*\d+#?$/.test(digits))
      return { ok: true as const, value: { target: digits, text: digits, country: null, kind: 'code' } };
    return failed('dial.invalid');
  }

  function page(query: {
    before: number | null;
    limit: number;
    filter: { direction: string | null; missed: boolean; search: string };
  }) {
    const { before, limit, filter } = query;
    const search = filter.search.toLowerCase();
    const found = fake.rows.filter(({ id, call }) => {
      if (before !== null && id >= before) return false;
      if (filter.direction !== null && call.direction !== filter.direction) return false;
      if (filter.missed && !(call.direction === 'in' && call.answeredAt === null)) return false;
      const name = (call.contact?.name ?? call.networkName ?? '').toLowerCase();
      return search === '' || name.startsWith(search) || call.number.includes(search);
    });
    const rows = found.slice(0, limit);
    return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
  }

  /** Contacts first, then numbers of the history, as main does. */
  function suggestions(typed: string) {
    const text = typed.toLowerCase().replaceAll(' ', '');
    const fits = (part: string) => part.toLowerCase().replaceAll(' ', '').includes(text);
    const known = fake.contacts.flatMap(({ name, company, numbers }) =>
      numbers
        .filter((number) => [name, company, number].some(fits))
        .map((number) => ({ name, number, numberText: number, from: 'contact' })),
    );
    const recent = fake.rows
      .map(({ call }) => call)
      .filter(({ contact, number }) => contact === null && number !== '' && fits(number))
      .map(({ number, numberText }) => ({ name: '', number, numberText, from: 'history' }));
    const once = new Map(recent.map((item) => [item.number, item]));
    return [...known, ...once.values()].slice(0, 8);
  }

  function reply(name: RequestName, args: readonly unknown[]): unknown {
    const wrong = fake.fail[name];
    if (wrong !== undefined) return { ok: false, error: wrong };
    if (name in fake.answer) return { ok: true, value: fake.answer[name] };
    for (const other of fake.others) {
      const given = other(name, args);
      if (given !== undefined) return given;
    }
    const [first, second] = args;
    switch (name) {
      case 'state.get':
        return { ok: true, value: fake.state };
      case 'call.preview':
        return preview(String(first));
      case 'call.dial': {
        const checked = preview(String(first));
        return checked.ok ? { ok: true, value: { key: 'sip:1' } } : checked;
      }
      case 'call.redial':
        return { ok: true, value: fake.rows.length === 0 ? null : { key: 'sip:1' } };
      case 'suggest':
        return { ok: true, value: suggestions(String(first)) };
      case 'forward.get':
        return { ok: true, value: { on: false, to: '', condition: 'noanswer' } };
      case 'forward.set':
        return { ok: true, value: first };
      case 'history.page':
        return { ok: true, value: page(first as Parameters<typeof page>[0]) };
      case 'history.get':
        return { ok: true, value: fake.rows.find(({ id }) => id === first) ?? null };
      case 'history.note':
        fake.rows = fake.rows.map((row) => (row.id === first ? { ...row, note: String(second) } : row));
        return { ok: true, value: undefined };
      case 'contacts.search': {
        const text = String(first).toLowerCase().replaceAll(' ', '');
        const found = fake.contacts.filter(({ name: who, company, numbers }) =>
          [who, company, ...numbers].some((part) => part.toLowerCase().replaceAll(' ', '').includes(text)),
        );
        return { ok: true, value: found };
      }
      case 'contacts.save': {
        const draft = first as Contact;
        const saved = { ...draft, id: draft.id ?? fake.contacts.length + 1 };
        fake.contacts = [...fake.contacts.filter(({ id }) => id !== saved.id), saved];
        return { ok: true, value: saved };
      }
      case 'contacts.remove':
        fake.contacts = fake.contacts.filter(({ id }) => id !== first);
        return { ok: true, value: undefined };
      case 'settings.set':
        fake.setState({ settings: { ...fake.state.settings, ...(first as object) } });
        return { ok: true, value: undefined };
      case 'setup.check-keys':
        return {
          ok: true,
          value: {
            balance: 42.5,
            currency: 'EUR',
            pbxId: '123456',
            extensions: [
              { number: '100', online: true, taken: true },
              { number: '101', online: false, taken: false },
              { number: '104', online: null, taken: false },
            ],
          },
        };
      case 'answers.of':
      case 'messages.conversations':
        return { ok: true, value: [] };
      case 'blacklist.has':
        return { ok: true, value: false };
      case 'blacklist.list':
        return { ok: true, value: { entries: [], next: null } };
      case 'reminders.page':
        return { ok: true, value: { rows: [], next: null } };
      case 'setup.choose':
        return { ok: true, value: { passwordFrom: 'api' } };
      default:
        return { ok: true, value: undefined };
    }
  }

  const bridge: Bridge = {
    kind,
    async invoke(name, ...args) {
      fake.asked.push({ name, args: structuredClone(args) });
      return structuredClone(await reply(name, args)) as never;
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known);
      known.add(listener as (payload: never) => void);
      return () => known.delete(listener as (payload: never) => void);
    },
  };
  Object.defineProperty(window, 'megadial', { value: Object.freeze(bridge) });
}
