// SPDX-License-Identifier: MIT
import { type AccountZone, accountZone, offsetAt } from '../../src-shared/megacall/zone.ts';
import type { Settings } from '../../src-shared/settings.ts';
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
  const moment = `${Math.floor(now / MINUTE)} ${Math.floor(at / MINUTE)}`;
  const before = last.get(settings.get());
  if (before?.moment === moment) return before.offset;
  const offset = offsetAt(zoneOf(settings, now), at);
  last.set(settings.get(), { moment, offset });
  return offset;
}

const MINUTE = 60_000;

/**
 * The last answer, by the settings it was given for. Clocks are changed on the minute; and the notifications of a call
 * come together, each with a popup that waits for it, while reading a zone takes as long as all else that is read.
 */
const last = new WeakMap<Settings, { readonly moment: string; readonly offset: number }>();
