// SPDX-License-Identifier: MIT
import type { SalesforceEmulator } from './emulator.ts';

export { draft, entry, names, never, query } from '../common/examples.ts';

/** Sets a contact whose name is a last name only. */
export function contact(crm: SalesforceEmulator, name: string, more: Record<string, string | boolean> = {}): string {
  return crm.put('Contact', { LastName: name, Name: name, OwnerId: crm.userId, ...more });
}

export function lead(crm: SalesforceEmulator, name: string, more: Record<string, string> = {}): string {
  return crm.put('Lead', { LastName: name, Name: name, Company: 'Acme', IsConverted: false, ...more });
}
