// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { type Centre, centreNamed } from './centres.ts';

/** What is asked for, and no more: people and companies are read and made, never changed or deleted. */
export const SCOPES = [
  ...['contacts', 'leads', 'accounts', 'deals'].flatMap((name) => [
    `ZohoCRM.modules.${name}.READ`,
    `ZohoCRM.modules.${name}.CREATE`,
  ]),
  ...['calls', 'tasks'].flatMap((name) => [
    `ZohoCRM.modules.${name}.READ`,
    `ZohoCRM.modules.${name}.CREATE`,
    `ZohoCRM.modules.${name}.UPDATE`,
  ]),
  'ZohoCRM.settings.fields.READ',
  'ZohoCRM.users.READ',
  'ZohoCRM.org.READ',
  'ZohoCRM.coql.READ',
  'ZohoSearch.securesearch.READ',
].join(',');

const FORMS = ['e164', 'digits', 'national'] as const;
export type PhoneForm = (typeof FORMS)[number];

export const DURATIONS = ['MM:SS', 'HH:MM', 'HH:MM:SS'] as const;
export type DurationFormat = (typeof DURATIONS)[number];

const schema = z.object({
  /** Data centre: `us`, `eu`, `in`, `au`, `jp`, `cn`, `sa`, `ca`, `uk`, or an address of it. */
  dataCentre: z.string().max(300).catch(''),
  clientId: z.string().trim().max(300).catch(''),
  /** Kind of client registered at Zoho: `desktop` (mobile & desktop) signs in with PKCE. */
  clientKind: z.enum(['desktop', 'server']).catch('desktop'),
  /** Permissions asked for, separated by commas. */
  scope: z.string().trim().min(1).max(2_000).catch(SCOPES),
  /** Forms a number is asked in, one after the other until one is found (U1). */
  phoneForms: z
    .array(z.enum(FORMS))
    .min(1)
    .catch([...FORMS]),
  /** When no form is found, look through the ends of the stored numbers by COQL (U6). */
  searchStored: z.boolean().catch(true),
  /** How `Call_Duration` is written (U2). */
  callDuration: z.enum(DURATIONS).catch('MM:SS'),
  /** API name of the field that says an outgoing call is over; '' to ask the organisation (U4). */
  outgoingStatusField: z.string().trim().max(100).catch(''),
  /** Let calls and tasks start the organisation's workflows. */
  workflows: z.boolean().catch(false),
  /** Enter a contact's call at the contact's company too. */
  callsOfCompany: z.boolean().catch(true),
  /** Company of a lead made without one (U5). */
  leadCompany: z.string().trim().min(1).max(200).catch('Unknown'),
  /** Status of a finished task; '' for `Completed` where it exists. */
  taskStatus: z.string().trim().max(100).catch(''),
  /** Stage of a new deal; '' for the organisation's first open one. */
  dealStage: z.string().trim().max(100).catch(''),
  dealDays: z.number().int().min(1).max(3650).catch(30),
  /** Host of the pages people see, where it is not the data centre's usual one. */
  crmHost: z
    .string()
    .trim()
    .regex(/^[a-z0-9.-]{3,200}$/i)
    .refine((host) => URL.canParse(`https://${host}`))
    .catch(''),
  /** With fewer API credits left than this, only what is needed is asked for. */
  creditReserve: z.number().int().min(0).max(1_000_000).catch(500),
});

export type ZohoOptions = z.infer<typeof schema> & { readonly centre: Centre };

/** A connector's `options` read; what is missing or odd is the default. @throws CrmError `refused` for a foreign server */
export function zohoOptions(options: Readonly<Record<string, unknown>>): ZohoOptions {
  const read = schema.parse(options);
  return { ...read, centre: centreNamed(read.dataCentre) };
}
