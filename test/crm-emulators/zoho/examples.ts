// SPDX-License-Identifier: MIT
import type { ZohoEmulator } from './emulator.ts';
import type { Row } from './store.ts';

export { draft, entry, names, never, query } from '../common/examples.ts';

/** Sets a contact whose name is a last name only. */
export function contact(crm: ZohoEmulator, name: string, more: Row = {}): string {
  return crm.put('Contacts', { Last_Name: name, ...more });
}

export function lead(crm: ZohoEmulator, name: string, more: Row = {}): string {
  return crm.put('Leads', { Last_Name: name, Company: 'Acme', Converted__s: false, ...more });
}
