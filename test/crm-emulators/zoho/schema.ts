// SPDX-License-Identifier: MIT
import type { ZohoSwitches } from './switches.ts';

export type Field = {
  readonly type:
    | 'text'
    | 'textarea'
    | 'phone'
    | 'email'
    | 'website'
    | 'picklist'
    | 'datetime'
    | 'date'
    | 'boolean'
    | 'integer'
    | 'lookup'
    | 'ownerlookup'
    | 'bigint';
  readonly length?: number;
  readonly needed?: boolean;
  readonly readOnly?: boolean;
  /** Set on create only. */
  readonly fixed?: boolean;
  readonly values?: readonly string[];
  /** Modules a look-up may lead to. */
  readonly to?: readonly ModuleName[];
};

export const MODULE_NAMES = ['Contacts', 'Leads', 'Accounts', 'Deals', 'Calls', 'Tasks'] as const;
export type ModuleName = (typeof MODULE_NAMES)[number];
export type Schema = Readonly<Record<string, Field>>;

const text = (length: number, more: Partial<Field> = {}): Field => ({ type: 'text', length, ...more });
const phone: Field = { type: 'phone', length: 30 };
const email: Field = { type: 'email', length: 100 };
const common: Schema = {
  id: { type: 'bigint', readOnly: true },
  Owner: { type: 'ownerlookup' },
  Created_Time: { type: 'datetime', readOnly: true },
  Description: { type: 'textarea', length: 32_000 },
};
const person: Schema = {
  ...common,
  First_Name: text(40),
  Last_Name: text(80, { needed: true }),
  Full_Name: text(120, { readOnly: true }),
  Email: email,
  Phone: phone,
  Mobile: phone,
};
const about: Schema = {
  Who_Id: { type: 'lookup', to: ['Contacts'] },
  What_Id: { type: 'lookup', to: ['Accounts', 'Deals', 'Leads'] },
};

/** Fields of a module in this organisation, as this user sees them. */
export function schemaOf(module: ModuleName, switches: ZohoSwitches): Schema {
  const all: Readonly<Record<ModuleName, Schema>> = {
    Contacts: {
      ...person,
      Secondary_Email: email,
      Account_Name: { type: 'lookup', to: ['Accounts'] },
      ...{ Home_Phone: phone, Other_Phone: phone, Asst_Phone: phone },
    },
    Leads: {
      ...person,
      Company: text(100, { needed: switches.companyNeeded }),
      Converted__s: { type: 'boolean', readOnly: true },
    },
    Accounts: { ...common, Account_Name: text(200, { needed: true }), Phone: phone },
    Deals: {
      ...common,
      Deal_Name: text(120, { needed: true }),
      Stage: { type: 'picklist', needed: true, values: ['-None-', 'Closed Won', 'Qualification', 'Proposal'] },
      ...(switches.pipelines ? { Pipeline: { type: 'picklist', needed: true, values: ['Standard'] } as const } : {}),
      Closing_Date: { type: 'date' },
      Account_Name: { type: 'lookup', to: ['Accounts'] },
    },
    Calls: {
      ...common,
      ...about,
      Owner: { type: 'ownerlookup', fixed: true },
      Subject: text(255, { needed: true }),
      Call_Type: { type: 'picklist', needed: true, fixed: true, values: ['Inbound', 'Outbound', 'Missed'] },
      Call_Start_Time: { type: 'datetime', needed: true, fixed: true },
      Call_Duration: text(20),
      Call_Duration_in_seconds: { type: 'integer', readOnly: true },
      Call_Result: switches.resultValues === null ? text(255) : { type: 'picklist', values: switches.resultValues },
      Voice_Recording__s: { type: 'website', length: 450 },
      ...(switches.outgoingStatus === null
        ? {}
        : { [switches.outgoingStatus]: { type: 'picklist', values: ['Completed', 'Scheduled'] } as const }),
    },
    Tasks: {
      ...common,
      ...about,
      Subject: text(255, { needed: true }),
      Due_Date: { type: 'date' },
      Status: { type: 'picklist', values: ['Not Started', 'Completed'] },
    },
  };
  const seen = Object.entries(all[module]).filter(([name]) => !switches.hidden.includes(`${module}.${name}`));
  return Object.fromEntries(seen);
}

/** What `settings/fields` says. */
export function describeModule(module: ModuleName, switches: ZohoSwitches): unknown {
  const fields = Object.entries(schemaOf(module, switches)).map(([name, field]) => ({
    api_name: name,
    data_type: field.type,
    length: field.length ?? 0,
    read_only: field.readOnly === true,
    field_read_only: field.readOnly === true,
    system_mandatory: field.needed === true,
    visible: true,
    operation_type: {
      web_update: true,
      api_create: field.readOnly !== true,
      web_create: true,
      api_update: field.readOnly !== true && field.fixed !== true,
    },
    pick_list_values: (field.values ?? []).map((value) => ({
      ...{ actual_value: value, display_value: `(${value})`, type: 'used' },
      ...(name === 'Stage' ? { forecast_type: value.startsWith('Closed') ? 'Closed Won' : 'Open' } : {}),
    })),
  }));
  return { fields };
}
