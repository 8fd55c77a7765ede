// SPDX-License-Identifier: MIT
import type { OutboxView } from '../../src-shared/crm/view.ts';
import type { CrmHttp } from '../crm/api.ts';
import { readValues } from '../crm/build.ts';
import { tryOperation } from '../crm/connectors/own/try.ts';
import type { Crm } from '../crm/crm.ts';
import { viewTemplate } from '../crm/threecx/view.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Messages } from '../services/messages.ts';
import type { Handlers } from '../shell/api.ts';
import type { StoreApi } from '../store/api.ts';
import type { OutboxItem } from '../store/crm-api.ts';

export type CrmHandlerParts = {
  readonly crm: Crm;
  readonly store: StoreApi;
  readonly secrets: Pick<Secrets, 'get'>;
  readonly http: CrmHttp;
  readonly messages: Messages;
  /** Tells windows that a row of the history looks different now. */
  readonly rowChanged: (id: number) => void;
};

/** What this file answers. */
export type CrmRequests = Extract<
  keyof Handlers,
  `crm.${string}` | `outbox.${string}` | `messages.${string}` | 'history.note' | 'history.outcome'
>;

export function createCrmHandlers(parts: CrmHandlerParts): Pick<Handlers, CrmRequests> {
  const { crm, store, secrets, http, messages, rowChanged } = parts;
  return {
    'history.note': async (_from, id, text) => {
      await store.calls.note(id, text);
      rowChanged(id);
      crm.rowChanged(id);
    },
    'history.outcome': async (_from, id, text) => {
      await store.calls.outcome(id, text);
      rowChanged(id);
      crm.rowChanged(id);
    },
    'crm.test': (_from, id) => crm.test(id),
    'crm.secrets': (_from, id, values) => crm.setSecrets(id, values),
    'crm.connect': (_from, id) => crm.connect(id),
    'crm.cancel': (_from, id) => crm.cancel(id),
    'crm.disconnect': (_from, id) => crm.disconnect(id),
    'crm.lookup': (_from, number) => crm.find(number),
    'crm.choose': (_from, number, ref) => crm.choose(number, ref),
    'crm.search': (_from, text) => crm.search(text),
    'crm.create': (_from, id, draft) => crm.create(id, draft),
    'crm.users': (_from, id) => crm.users(id),
    'crm.try': async (_from, wanted) =>
      tryOperation({ ...wanted, http, secrets: await readValues(secrets, wanted.connector) }),
    'crm.read-template': async (_from, xml) => viewTemplate(xml),
    'outbox.page': async (_from, { before, limit, state }) => {
      const rows = await store.outbox.page(before, limit, state);
      return { rows: rows.map(toView), next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },
    'outbox.retry': (_from, id) => crm.outbox.retry(id),
    'outbox.drop': (_from, id) => crm.outbox.drop(id),
    'messages.conversations': () => messages.conversations(),
    'messages.of': (_from, number, before) => messages.of(number, before),
    'messages.send': (_from, number, text) => messages.send(number, text),
  };
}

/** What the person is shown of an entry: its subject or name, never its whole content. */
function toView(item: OutboxItem): OutboxView {
  const { id, connector, kind, state, attempts, nextAt, createdAt, failure, message, field } = item;
  const payload = JSON.parse(item.payload) as Partial<Record<'subject' | 'lastName' | 'note' | 'number', string>>;
  const title = payload.subject ?? payload.lastName ?? payload.note ?? payload.number ?? '';
  return { id, connector, kind, state, title, attempts, nextAt, createdAt, failure, message, field };
}
