// SPDX-License-Identifier: MIT

import type { MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { ContactsFiles } from '../contacts-file/contacts-files.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Account } from '../services/account.ts';
import type { CallService } from '../services/calls.ts';
import type { ContactService } from '../services/contacts.ts';
import type { Dialing } from '../services/dialing.ts';
import type { Direct } from '../services/direct.ts';
import type { Doctor } from '../services/doctor/doctor.ts';
import type { ForwardingService } from '../services/forwarding.ts';
import type { Hub } from '../services/hub.ts';
import type { Media } from '../services/media.ts';
import type { Phone } from '../services/phone.ts';
import type { SettingsService } from '../services/settings.ts';
import type { Team } from '../services/team.ts';
import type { TeamDesk } from '../services/team-desk.ts';
import type { Handlers, Shell } from '../shell/api.ts';
import type { StoreApi } from '../store/api.ts';
import type { CrmRequests } from './crm-handlers.ts';

export type HandlerParts = {
  readonly crm: Pick<Handlers, CrmRequests>;
  readonly shell: Shell;
  readonly hub: Hub;
  readonly store: StoreApi;
  readonly settings: SettingsService;
  readonly secrets: Secrets;
  readonly account: Account;
  readonly team: Team;
  readonly desk: Pick<TeamDesk, 'handlers'>;
  readonly client: Pick<MegacallClient, 'balance'>;
  readonly calls: CallService;
  readonly contacts: ContactService;
  readonly files: ContactsFiles;
  readonly phone: Phone;
  readonly dialing: Dialing;
  readonly forwarding: ForwardingService;
  readonly media: Media;
  /** A number as people of the agent's country write it. */
  readonly format: (number: string) => string;
  readonly doctor: Doctor;
  readonly direct: Direct;
  readonly recordings: Recordings;
};

const MOST_SUGGESTED = 8;

/** One line a request: sender and arguments are already checked, the work is a service's. */
export function createHandlers(parts: HandlerParts): Handlers {
  const { shell, hub, store, settings, secrets, account, team, calls, contacts, phone, dialing, media, recordings } =
    parts;
  return {
    'state.get': () => hub.get(),
    'setup.check-keys': (_from, keys) => account.checkKeys(keys),
    'setup.choose': async (_from, choice) => {
      const chosen = await account.choose(choice);
      // Keys of one's own instead of a place in a team.
      await team.load();
      return chosen;
    },
    'setup.forget': () => (team.isTeam() ? team.leave() : account.forget()),
    'settings.set': (_from, patch) => settings.set(patch),
    'keychain.session-only': async () => {
      secrets.useSessionOnly();
      await account.load();
      await team.load();
    },
    'keychain.retry': async () => {
      await secrets.retry();
      await account.load();
      await team.load();
    },
    'registration.retry': () => phone.refresh(),
    'call.preview': (_from, text) => dialing.preview(text),
    'call.dial': async (_from, text) => ({ key: await dialing.dial(text) }),
    'call.answer': (_from, key, others) => phone.answer(key, others),
    'call.transfer': (_from, key, to) => phone.transfer(key, dialing.preview(to).target),
    'call.transfer-to': (_from, key, other) => phone.transferTo(key, other),
    'call.deflect': (_from, key, to) => phone.deflect(key, dialing.preview(to).target),
    'call.conference': (_from, keys) => phone.conference(keys),
    'call.pickup': async (_from, extension) => ({ key: await dialing.pickup(extension) }),
    'call.park': (_from, key) => dialing.park(key),
    'call.redial': async () => {
      const key = await dialing.redial();
      return key === null ? null : { key };
    },
    'forward.get': () => parts.forwarding.get(),
    'forward.set': (_from, wanted) => parts.forwarding.set(wanted),
    'audio.levels': (from, on) => media.levels(from, on),
    'audio.test': (_from, what) => phone.audioTest(what),
    'doctor.run': () => parts.doctor.run((steps, done) => shell.push('doctor', { steps, done })),
    'direct.check': () => parts.direct.check(),
    'direct.register': (_from, options) => parts.direct.register(options),
    'direct.restore': () => parts.direct.restore(),
    suggest: async (_from, text) => {
      const found = await store.contacts.suggest(text, MOST_SUGGESTED);
      return found.map((one) => ({ ...one, numberText: parts.format(one.number) }));
    },
    'call.decline': (_from, key) => phone.decline(key),
    'call.hang-up': (_from, key) => phone.hangUp(key),
    'call.mute': (_from, key, on) => phone.mute(key, on),
    'call.hold': (_from, key, on) => phone.hold(key, on),
    'call.dtmf': (_from, key, tones) => phone.dtmf(key, tones),
    'history.page': async (_from, query) => {
      const page = await store.calls.page(query);
      return { rows: page.rows.map(calls.toRow), next: page.next };
    },
    'history.get': async (_from, id) => {
      const stored = await store.calls.get(id);
      return stored === null ? null : calls.toRow(stored);
    },
    'history.seen': async () => {
      await store.calls.markSeen();
      hub.patch({ missed: await store.calls.missedCount() });
    },
    'recording.request': (_from, id) => recordings.request(id),
    'contacts.search': (_from, text) => contacts.search(text),
    'contacts.save': (_from, draft) => contacts.save(draft),
    'contacts.remove': (_from, id) => contacts.remove(id),
    'contacts.import-open': (_from, again) => parts.files.open(again),
    'contacts.import-run': (_from, options) => parts.files.run(options),
    'contacts.import-cancel': (_from, token) => parts.files.cancel(token),
    'contacts.export': (_from, format) => parts.files.export(format),
    ...parts.desk.handlers,
    'account.balance': () => parts.client.balance(),
    'link.open': (_from, url) => shell.openExternal(url),
    'clipboard.copy': (_from, text) => shell.copy(text),
    'notice.dismiss': (_from, id) => hub.dismiss(id),
    // The store is open: there is nothing to restore (store-problem.ts answers while it is not).
    'store.restore': () => {
      throw new AppError('ipc.refused');
    },
    'window.close': (from) => shell.closeWindow(from),
    'window.size': (_from, height) => shell.sizePopup(height),
    'engine.event': (_from, event) => phone.handle(event),
    ...parts.crm,
  };
}
