// SPDX-License-Identifier: MIT
import type { AudioPreferences, DevicePreference } from '../../src-shared/engine-protocol.ts';
import { cleanText } from './identity.ts';

/** What is used of MediaDeviceInfo. */
export type DeviceInfo = {
  readonly kind: string;
  readonly deviceId: string;
  readonly groupId: string;
  readonly label: string;
};

export type Plugged = {
  /** Real devices, without the browser's stand-ins. */
  readonly devices: readonly DevicePreference[];
  /** Which of them the computer would use; null when there is none. */
  readonly system: DevicePreference | null;
};

/** Where a sound goes and how loud; `id` '' is the computer's choice. */
export type Sink = { readonly id: string; readonly volume: number };

const MAX_DEVICES = 100;
const MAX_LABEL = 100;
const MAX_ID = 300;
/** Chromium's stand-ins: they follow the computer's settings and are not devices of their own. */
const STAND_INS = new Set(['default', 'communications']);

/** A device names itself: whoever built it wrote this. The USB numbers at its end say nothing to people. */
export function cleanLabel(label: string): string {
  return cleanText(label, MAX_LABEL + 20)
    .replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '')
    .slice(0, MAX_LABEL)
    .trim();
}

/** The devices of one kind. Without permission the browser hides ids: then there are none. */
export function pluggedIn(infos: readonly DeviceInfo[], kind: 'audioinput' | 'audiooutput'): Plugged {
  const seen = new Set<string>();
  const known = infos.filter(({ deviceId, kind: is }) => {
    if (is !== kind || deviceId === '' || deviceId.length > MAX_ID || seen.has(deviceId)) return false;
    seen.add(deviceId);
    return true;
  });
  const real = known.filter(({ deviceId }) => !STAND_INS.has(deviceId)).slice(0, MAX_DEVICES);
  const devices = real.map(({ deviceId, label }) => ({ id: deviceId, label: cleanLabel(label) }));
  const standIn = known.find(({ deviceId }) => deviceId === 'default');
  if (standIn === undefined) return { devices, system: devices[0] ?? null };
  // The stand-in's label ends with that of the device behind it; its group alone may hold several.
  const behind = real.findIndex(({ label }) => label !== '' && standIn.label.endsWith(label));
  const inGroup = real.findIndex(({ groupId }) => groupId !== '' && groupId === standIn.groupId);
  const system = devices[behind >= 0 ? behind : inGroup];
  return { devices, system: system ?? { id: 'default', label: cleanLabel(standIn.label) } };
}

function find(wanted: DevicePreference, devices: readonly DevicePreference[]): DevicePreference | undefined {
  const label = cleanLabel(wanted.label);
  return (
    devices.find(({ id }) => id === wanted.id) ??
    (label === '' ? undefined : devices.find((device) => device.label === label))
  );
}

/** The first of the preferences that is plugged in, by id, else by label; null: the computer's choice. */
export function choose(
  preferences: readonly DevicePreference[],
  devices: readonly DevicePreference[],
): DevicePreference | null {
  for (const wanted of preferences) {
    const found = find(wanted, devices);
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * Where the bell sounds: every preferred device that is there, its own volume times the bell's. When none is, the
 * computer's choice: a call must not be missed because a headset lies at home.
 */
export function ringSinks(
  ring: AudioPreferences['ring'],
  devices: readonly DevicePreference[],
  volume: number,
): readonly Sink[] {
  const sinks = new Map<string, Sink>();
  for (const wanted of ring) {
    const found = find(wanted, devices);
    if (found === undefined || sinks.has(found.id)) continue;
    sinks.set(found.id, { id: found.id, volume: clamp(wanted.volume) * clamp(volume) });
  }
  return sinks.size > 0 ? [...sinks.values()] : [{ id: '', volume: clamp(volume) }];
}

function clamp(volume: number): number {
  return Number.isFinite(volume) ? Math.min(1, Math.max(0, volume)) : 1;
}
