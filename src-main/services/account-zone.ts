// SPDX-License-Identifier: MIT
import { type AccountZone, accountZone, offsetAt } from '../../src-shared/megacall/zone.ts';
import type { SettingsService } from './settings.ts';

/** The account's time zone as far as it is known now. */
export function zoneOf(settings: Pick<SettingsService, 'get'>, now: number): AccountZone {
  const { accountTimeZone, accountOffsetMinutes } = settings.get();
  const computer = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return accountZone(accountTimeZone, computer, accountOffsetMinutes * 60_000, now);
}

/**
 * The account's offset at a moment (UTC ms): a webhook that a relay kept for days may be from before a change of the
 * clock, and the PBX is asked for its offset only now and then.
 */
export function offsetOf(settings: Pick<SettingsService, 'get'>, now: number, at: number): number {
  return offsetAt(zoneOf(settings, now), at);
}
