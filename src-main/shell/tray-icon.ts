// SPDX-License-Identifier: MIT
import type { TrayView } from './api.ts';

export const TRAY_STATES = ['ready', 'ringing', 'talking', 'offline'] as const satisfies readonly TrayView['icon'][];

/**
 * File name of a tray image in `resources/tray` (made by scripts/icons.sh): one a state, with a badge when calls were
 * missed. macOS colours its images itself, from the template ones, and shows the count beside them.
 */
export function trayIconName(view: Pick<TrayView, 'icon' | 'missed'>, platform: string): string {
  if (platform === 'darwin') return `${view.icon}Template.png`;
  return view.missed > 0 ? `${view.icon}-missed.png` : `${view.icon}.png`;
}
