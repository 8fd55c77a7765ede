// SPDX-License-Identifier: MIT
import type { MegacallClient } from '../../src-megacall/client.ts';
import type { Job } from '../../src-shared/rules/duty.ts';
import { type CrmRequests, createCrmHandlers } from '../ipc/crm-handlers.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { ContactService } from '../services/contacts.ts';
import type { Hub } from '../services/hub.ts';
import { createMessages, type Messages } from '../services/messages.ts';
import type { SettingsService } from '../services/settings.ts';
import type { Handlers, Shell } from '../shell/api.ts';
import type { StoreApi, StoredCall } from '../store/api.ts';
import { createBuild } from './build.ts';
import { type Crm, createCrm } from './crm.ts';
import { createCrmHttp } from './http.ts';
import { laterOn } from './timer.ts';

export type OpenCrmParts = {
  readonly shell: Shell;
  readonly store: StoreApi;
  readonly hub: Hub;
  readonly secrets: Secrets;
  readonly settings: SettingsService;
  readonly client: Pick<MegacallClient, 'recordLinks' | 'sendSms'>;
  readonly contacts: ContactService;
  readonly canonical: (number: string) => string;
  readonly format: (number: string) => string;
  readonly defaultResponsible: () => string | null;
  readonly plan: (job: Job, delayMs: number, data: unknown) => Promise<void>;
  readonly rowChanged: (id: number) => void;
  readonly now: () => number;
  readonly log: Log;
};

/** The longest the PBX lets a link live, seconds (megacall-api.md section 2.5): the journal outlives a day. */
const LINK_SECONDS = 5_184_000;
const MOST_LINKS = 200;

/** CRMs and text messages, ready to be wired. */
export function openCrm(parts: OpenCrmParts): {
  readonly crm: Crm;
  readonly messages: Messages;
  readonly handlers: Pick<Handlers, CrmRequests>;
} {
  const { shell, store, hub, secrets, settings, client, now, log } = parts;
  const http = createCrmHttp({ fetch: shell.fetch });
  const crm = createCrm({
    store,
    hub,
    secrets,
    settings: settings.get,
    build: createBuild({
      ...{ http, secrets, now, log, openExternal: (url) => shell.openExternal(url) },
      language: () => hub.get().language,
      local: { store: store.contacts, contacts: parts.contacts, members: () => hub.get().team.members },
    }),
    defaultResponsible: parts.defaultResponsible,
    recordingLink: recordingLinks(client, log),
    plan: parts.plan,
    timer: laterOn,
    now,
    log,
  });
  const messages = createMessages({
    store: store.messages,
    client,
    contacts: parts.contacts,
    canonical: parts.canonical,
    format: parts.format,
    extension: () => settings.get().extension,
    now,
    onChange: (message) => {
      crm.message(message);
      shell.push('messages.changed', { number: message.number });
    },
  });
  const handlers = createCrmHandlers({ crm, store, secrets, http, messages, rowChanged: parts.rowChanged });
  follow(hub, settings, crm);
  return { crm, messages, handlers };
}

/** Settings are put to work when they change, and each new call's number is looked up. */
function follow(hub: Hub, settings: SettingsService, crm: Crm): void {
  let known = settings.get().crm.connectors;
  let met: ReadonlySet<string> = new Set();
  hub.subscribe((state) => {
    if (state.settings.crm.connectors !== known) crm.settingsChanged();
    known = state.settings.crm.connectors;
    const now = new Set(state.calls.map((call) => `${call.viewId}/${call.number}`));
    for (const call of state.calls) if (!met.has(`${call.viewId}/${call.number}`)) crm.meet(call.number);
    met = now;
  });
}

/** A call's link, asked for once: each has a long life. */
function recordingLinks(client: Pick<MegacallClient, 'recordLinks'>, log: Log) {
  const links = new Map<number, string>();
  return async ({ id, call, recording }: StoredCall): Promise<string | null> => {
    const known = links.get(id);
    if (known !== undefined) return known;
    const { pbxCallId, recordIds } = call;
    const callId = recordIds.at(-1);
    if (recording?.state !== 'ready' || (callId === undefined && pbxCallId === null)) return null;
    try {
      const wanted = callId === undefined ? { pbxCallId: pbxCallId ?? '' } : { callId, pbxCallId };
      const [link] = await client.recordLinks(wanted, LINK_SECONDS);
      if (link === undefined) return null;
      if (links.size > MOST_LINKS) links.clear();
      links.set(id, link);
      return link;
    } catch (error) {
      log.warn('no link to a recording for the journal', { error });
      return null;
    }
  };
}
