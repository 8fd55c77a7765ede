// SPDX-License-Identifier: MIT
import type { PushName, RequestName, WindowKind } from './map.ts';

/** Which windows may ask what. The preload refuses the rest early; main refuses it for certain. */
const both: readonly WindowKind[] = ['main', 'popup'];
const main: readonly WindowKind[] = ['main'];

export const requestAccess: Readonly<Record<RequestName, readonly WindowKind[]>> = {
  'state.get': ['main', 'popup', 'engine'],
  'setup.check-keys': main,
  'setup.choose': main,
  'setup.forget': main,
  'settings.set': main,
  'keychain.session-only': main,
  'keychain.retry': main,
  'registration.retry': main,
  'call.preview': both,
  'call.dial': both,
  'call.answer': both,
  'call.transfer': both,
  'call.transfer-to': both,
  'call.deflect': both,
  'call.conference': both,
  'call.pickup': main,
  'call.park': both,
  'call.redial': main,
  'forward.get': main,
  'forward.set': main,
  'audio.levels': both,
  'audio.test': main,
  'doctor.run': main,
  suggest: both,
  'call.decline': both,
  'call.hang-up': both,
  'call.mute': both,
  'call.hold': both,
  'call.dtmf': both,
  'history.page': main,
  'history.get': main,
  'history.note': main,
  'history.seen': main,
  'recording.request': main,
  'contacts.search': main,
  'contacts.save': main,
  'contacts.remove': main,
  'link.open': both,
  'clipboard.copy': both,
  'notice.dismiss': both,
  'store.restore': main,
  'window.close': both,
  'window.size': ['popup'],
  'engine.event': ['engine'],
};

export const pushAccess: Readonly<Record<PushName, readonly WindowKind[]>> = {
  calls: ['popup'],
  state: ['popup', 'main'],
  'history.changed': main,
  doctor: main,
  levels: both,
  navigate: main,
  closing: main,
  'engine.command': ['engine'],
};
