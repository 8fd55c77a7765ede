// SPDX-License-Identifier: MIT
import { EventEmitter } from 'node:events';
import { guard } from './guard.ts';

/** Emits what a test tells it: suspend, resume, lock-screen, … */
export const powerEvents = new EventEmitter();

export const powerMonitor = guard(
  'powerMonitor',
  Object.assign(powerEvents, {
    getSystemIdleState: () => 'active' as const,
    getSystemIdleTime: () => 0,
    isOnBatteryPower: () => false,
    onBatteryPower: false,
  } satisfies Pick<
    Electron.PowerMonitor,
    'getSystemIdleState' | 'getSystemIdleTime' | 'isOnBatteryPower' | 'onBatteryPower'
  >),
);
