// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { DeviceView, Role } from '../../../src-shared/relay/protocol.ts';

/** A code that is shown, and for whom. */
export type ShownCode = {
  readonly code: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  readonly extension: string;
  /** Devices there were before: a new one of that extension has used the code. */
  readonly known: readonly string[];
};

type Pairing = {
  readonly extension: string;
  readonly role: Role;
  readonly name: string;
  readonly shown: ShownCode | null;
};

/** What the administrator typed, and the code: still there after a call that came in between. */
export const usePairing = create<Pairing>(() => ({ extension: '', role: 'agent', name: '', shown: null }));

/** The device that has used the code, once it is in the list. */
export function usedBy({ known, extension }: ShownCode, devices: readonly DeviceView[]): DeviceView | null {
  return devices.find((one) => one.extension === extension && !known.includes(one.id)) ?? null;
}
