// SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Credentials, createMegacallClient } from '../src-megacall/client.ts';
import type { EngineCommand } from '../src-shared/engine-protocol.ts';
import { toWireError } from '../src-shared/errors.ts';
import { canonical } from '../src-shared/numbers/canonical.ts';
import { national } from '../src-shared/numbers/national.ts';
import { createContactsFiles } from './contacts-file/contacts-files.ts';
import { openCrm } from './crm/open.ts';
import { createHandlers } from './ipc/handlers.ts';
import type { Log } from './log.ts';
import { createRecordings } from './recordings/recordings.ts';
import { openSecrets } from './secrets/secrets.ts';
import { createAccount } from './services/account.ts';
import { createAnswers, localEntries } from './services/answers.ts';
import { watchAttention } from './services/attention.ts';
import { type Callbacks, createCallbacks } from './services/callbacks.ts';
import { createCalls } from './services/calls.ts';
import { createContacts } from './services/contacts.ts';
import { createDialing } from './services/dialing.ts';
import { createDirect } from './services/direct.ts';
import { createDoctor } from './services/doctor/doctor.ts';
import { authorities } from './services/doctor/transport-steps.ts';
import { followDesktop, followSettings } from './services/follow.ts';
import { createForwarding } from './services/forwarding.ts';
import { createHub, type Hub } from './services/hub.ts';
import { initialState } from './services/initial-state.ts';
import { shownKeychain } from './services/keychain.ts';
import { createMedia } from './services/media.ts';
import { createPhone, type Phone } from './services/phone.ts';
import { type Invitation, provision } from './services/provision.ts';
import { createSettings } from './services/settings.ts';
import { openStoreOrAsk } from './services/store-problem.ts';
import { createTeam, type Team } from './services/team.ts';
import { createTeamClient, eitherClient } from './services/team-client.ts';
import { createTeamDesk, type TeamDesk } from './services/team-desk.ts';
import { keepClock, keepHeartbeat } from './services/timers.ts';
import { createWebhooks } from './services/webhooks.ts';
import type { Shell } from './shell/api.ts';
import type { Poller } from './statistics/poller.ts';
import { relaySource } from './statistics/sources.ts';
import { startStatistics } from './statistics/start.ts';

export type AppOptions = {
  readonly shell: Shell;
  readonly workerPath: string;
  /** Entry of the threads that read and write files of contacts. */
  readonly contactsWorkerPath: string;
  readonly log: Log;
  readonly now: () => number;
};

/** More rows than this that change at once are one message to the windows. */
const MOST_TOLD = 20;
const RECENT_MS = 24 * 60 * 60_000;
/** Time for windows to send what is not saved yet. */
const HAND_OVER_MS = 150;

/** Builds the services on a shell and wires them. Resolves when the windows are open and the account is loaded. */
export async function createApp(options: AppOptions): Promise<void> {
  const { shell, workerPath, log, now } = options;
  const hub = createHub(initialState(shell), now);
  pushState(shell, hub);
  const store = await openStoreOrAsk({ shell, hub, workerPath, log, now });

  const stored = await store.settings.load();
  const settings = createSettings(store.settings, stored, hub);
  const secrets = shownKeychain(openSecrets({ service: 'Megadial', log }), hub);
  let invitation: Invitation | null = null;
  if (shell.switches.provision !== undefined) {
    const hear = (told: Invitation): void => {
      invitation = told;
    };
    await provision(shell.switches.provision, settings, secrets, log, hear).catch((error: unknown) =>
      log.error('the provisioning file was not used', { error }),
    );
  }
  await secrets.retry();

  const clientFor = (credentials: () => Promise<Credentials>, baseUrl: () => string) =>
    createMegacallClient({ baseUrl, credentials, fetch: shell.fetch, now, log });
  const ownClient = clientFor(
    async () => ({ key: (await secrets.get('api-key')) ?? '', secret: (await secrets.get('api-secret')) ?? '' }),
    () => settings.get().apiBaseUrl,
  );
  const schedule = (run: () => void, ms: number): void => void setTimeout(run, ms);
  const team: Team = createTeam({
    ...{ hub, settings, secrets, cursors: store.cursors, fetch: shell.fetch, now, schedule, log },
    handle: (event) => desk.handle(event),
    fillGap: (from, to) => statistics.fillGap(from, to),
    reloadAccount: () => account.load(),
    leaveDirect: () => direct.leave(),
    ca: () => authorities([]),
  });
  const teamClient = createTeamClient(team.ask, () => ({
    offsetMinutes: team.offsetMinutes(),
    isLocal: settings.get().teamUrl.startsWith('http:'),
  }));
  const client = eitherClient(ownClient, teamClient, team.isTeam);

  const ownForm = (number: string): string => canonical(number, settings.get().country);
  const contacts = createContacts(store.contacts, ownForm, () => {
    void calls.refresh();
    desk.contactsChanged();
    crm.contactsChanged();
  });
  const files = createContactsFiles({
    ...{ shell, store: store.contacts, workerPath: options.contactsWorkerPath, changed: contacts.changed, log },
    language: () => hub.get().language,
    country: () => settings.get().country,
  });
  const format = (number: string): string => national(number, settings.get().country);
  const send = (command: EngineCommand): void => shell.push('engine.command', command);
  const rowChanged = (id: number): void => shell.push('history.changed', { id });
  const rowsChanged = (ids: readonly number[]): void => {
    if (ids.length > MOST_TOLD) shell.push('history.changed', { id: null });
    else ids.forEach(rowChanged);
  };
  const calls = createCalls({
    store,
    hub,
    contacts,
    extension: () => settings.get().extension,
    isResponsible: () => hub.get().team.defaultResponsible === settings.get().extension,
    format,
    now,
    schedule,
    log,
    onAnnounced: (coming) => shell.push('announced', coming),
    lastAlive: () => stored.aliveAt ?? 0,
    onRow: (id, call, event) => {
      rowChanged(id);
      media.written(id, call);
      desk.written(id, call);
      crm.written(id, call);
      if (call.phase === 'ended' && (call.isRecorded || call.recordIds.length > 0)) {
        const ready = event?.source === 'pbx' && event.type === 'record';
        void recordings.announced(id, { pbxCallId: call.pbxCallId, recordIds: call.recordIds, ready });
      }
    },
    onDropped: rowsChanged,
    onFilled: (rows) => {
      rowsChanged(rows.map(({ id }) => id));
      for (const { id, call } of rows.filter((row) => row.isNews)) {
        desk.written(id, call);
        crm.written(id, call);
      }
      // Older recordings are fetched when somebody asks for them: a month of them would keep everything else waiting.
      for (const { id, call } of rows.filter((row) => row.call.startedAt > now() - RECENT_MS)) {
        const { pbxCallId, recordIds, isRecorded } = call;
        if (isRecorded) void recordings.announced(id, { pbxCallId, recordIds });
      }
    },
  });
  const recordings = createRecordings({
    store: store.recordings,
    client,
    fetch: shell.fetch,
    cacheDir: join(shell.userDataDir, 'recordings'),
    now,
    announcementOf: async (id) => {
      const call = (await store.calls.get(id))?.call;
      return call?.isRecorded ? { pbxCallId: call.pbxCallId, recordIds: call.recordIds } : null;
    },
    onChange: (id) => {
      rowChanged(id);
      crm.rowChanged(id);
    },
    log,
  });
  const media = createMedia({
    send,
    hub,
    pushLevels: (levels) => shell.push('levels', levels),
    keep: (id, quality) => {
      store.calls.quality(id, quality).then(
        () => rowChanged(id),
        (error: unknown) => log.warn('the quality of a call was not kept', { error }),
      );
    },
  });
  const callbacks: Callbacks = createCallbacks({
    client,
    hub,
    settings,
    format,
    onChange: () => phone.sendPolicy(),
    now,
    schedule,
    log,
  });
  const phone: Phone = createPhone({
    send,
    calls,
    callbacks,
    media,
    hub,
    settings,
    secrets,
    now,
    log,
  });
  const dialing = createDialing({ settings: settings.get, phone, callbacks, history: store.calls });
  const forwarding = createForwarding(
    client,
    () => settings.get().extension,
    (text) => dialing.preview(text).target,
  );
  const answers = createAnswers({
    ...{ hub, settings, entries: localEntries(store), now, log },
    record: (answer) => store.answers.add(answer),
  });
  const webhooks = createWebhooks({
    ...{ hub, settings, secrets, calls, raw: store.raw, answers, now, log },
    messages: { received: (fields, receivedAt) => messages.received(fields, receivedAt) },
  });
  const relay = () => hub.get().relay;
  const { sawFrom } = webhooks;
  const direct = createDirect({ client, settings, fetch: shell.fetch, relay, sawFrom, notice: hub.notice });
  const doctor = createDoctor({ settings, secrets, fetch: shell.fetch, now, log, state: hub.get, direct });
  const account = createAccount({
    hub,
    settings,
    secrets,
    client,
    clientFor: (credentials, baseUrl) =>
      clientFor(
        async () => credentials,
        () => baseUrl,
      ),
    onChange: async () => {
      await Promise.all([phone.register(), webhooks.restart()]);
    },
    log,
  });

  const {
    crm,
    messages,
    handlers: crmHandlers,
  } = openCrm({
    ...{ shell, store, hub, secrets, settings, client, contacts, canonical: ownForm, format, rowChanged, now, log },
    defaultResponsible: () => hub.get().team.defaultResponsible,
    plan: (...job) => desk.duties.plan(...job),
  });
  const desk: TeamDesk = createTeamDesk({
    ...{ work: crm.work, messages },
    ...{ shell, hub, store, settings, team, calls, contacts, dialing, canonical: ownForm, format, now, schedule, log },
  });

  const viaRelay = relaySource(team.ask);
  const statistics: Poller = startStatistics({
    ...{ client: ownClient, account, calls, settings, hub, store, shell, now, log },
    relay: () => (team.isOn() ? viaRelay : null),
  });
  team.onWelcome(() => statistics.wake());

  followSettings({ shell, hub, settings, phone, webhooks, calls });
  watchAttention(shell, hub, phone);
  shell.handle(
    createHandlers({
      shell,
      hub,
      store,
      settings,
      secrets,
      account,
      team,
      desk,
      client,
      calls,
      contacts,
      files,
      phone,
      dialing,
      forwarding,
      media,
      format,
      doctor,
      direct,
      recordings,
      crm: crmHandlers,
    }),
  );
  shell.serveRecordings((id) => recordings.file(id));
  shell.on('engine-lost', () => void phone.lost());
  shell.on('resume', () => phone.refresh());
  shell.on('quit', ({ waitFor }) => waitFor(finish()));

  /** The windows are still there: they hand over what was just typed, and the engine takes its leave of the PBX. */
  const finish = async (): Promise<void> => {
    shell.push('closing', undefined);
    await Promise.allSettled([phone.stop(), files.stop(), sleep(HAND_OVER_MS)]);
    await Promise.allSettled([webhooks.stop(), desk.stop(), crm.stop(), recordings.stop(), statistics.stop()]);
    await store.close();
  };

  await calls.resume();
  await shell.openWindows({ hidden: shell.switches.hidden !== undefined || settings.get().startHidden });
  // Only now: a link that started the program has been waiting for its window.
  followDesktop({ shell, hub, settings });
  await account.load();
  await crm.start();
  await desk.start();
  if (invitation !== null && !team.isTeam()) {
    await team.pair(invitation).catch((error: unknown) => hub.notice(toWireError(error)));
  }
  await recordings.resume();
  keepClock({ account, hub, shell, log });
  keepHeartbeat(hub, (aliveAt) => store.settings.save({ aliveAt }), now);
}

/** Windows follow the state; the popup hears of calls ahead of it, because that is all a ringing call needs. */
function pushState(shell: Shell, hub: Hub): void {
  let sent = hub.get().calls;
  hub.subscribe(({ calls }, prepared) => {
    if (prepared !== null) shell.push('rings', prepared);
    else if (calls !== sent) shell.push('calls', calls);
    sent = calls;
  }, 'first');
  hub.subscribe((state) => shell.push('state', state));
}
