// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import type { AudioPreferences, LinePolicy, SipConfig } from '../../src-shared/engine-protocol.ts';
import type { Settings } from '../../src-shared/settings.ts';

/** RFC 2617: what a registrar needs instead of the password, for one realm only. */
export function digestHa1(user: string, realm: string, password: string): string {
  return createHash('md5').update(`${user}:${realm}:${password}`).digest('hex');
}

/** SIP login of the extension (megacall-api.md section 4). */
export function sipUser({ pbxId, extension }: Pick<Settings, 'pbxId' | 'extension'>): string {
  return `${pbxId}-${extension}`;
}

/** The account as the engine needs it: it never sees the password. */
export function sipConfig(settings: Settings, password: string): SipConfig {
  const user = sipUser(settings);
  const realm = settings.sipRealm === '' ? settings.sipDomain : settings.sipRealm;
  return {
    wssUrls: settings.sipWssUrls,
    user,
    extension: settings.extension,
    domain: settings.sipDomain,
    ha1: digestHa1(user, realm, password),
    realm,
    displayName: null,
    registerExpires: settings.sipRegisterExpires,
    stunUrls: settings.stunUrls,
    dtmf: settings.dtmf,
  };
}

export function policyOf(settings: Settings, expected: LinePolicy['expected']): LinePolicy {
  const { dnd, autoAnswer, autoAnswerAfter } = settings;
  return { dnd, autoAnswer, autoAnswerAfter, expected };
}

export function audioOf(settings: Settings): AudioPreferences {
  return {
    inputs: settings.audioInputs,
    outputs: settings.audioOutputs,
    ring: settings.audioRing,
    echoCancellation: settings.echoCancellation,
    noiseSuppression: settings.noiseSuppression,
    autoGainControl: settings.autoGainControl,
    ringtone: settings.ringtone,
  };
}
