// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { loginUrl } from './hosts.ts';

const schema = z.object({
  /** `login`, `test`, or the organisation's My Domain. */
  host: z.string().max(300).catch('login'),
  /** Consumer key of the external client app. */
  clientId: z.string().trim().max(300).catch(''),
  /** The newest version of the API we were written for; an organisation that has only older ones is asked in those. */
  apiVersion: z.number().int().min(40).max(99).catch(68),
  /** Make a record although a duplicate rule warns. A rule that forbids stays stronger. */
  allowDuplicates: z.boolean().catch(false),
  /**
   * When the search index has no hit, look through the stored numbers. Also finds what the index does not have yet,
   * and takes seconds in large organisations (crm-connectors.md section 2.4, U7).
   */
  searchStored: z.boolean().catch(true),
  /** Company of a lead made without one. */
  leadCompany: z.string().trim().min(1).max(255).catch('Unknown'),
  /** Status of a logged call where it is not `Completed` and shall not be chosen by us; '' to choose. */
  taskStatus: z.string().max(255).catch(''),
  /** Days until a new deal is expected to close. */
  dealDays: z.number().int().min(1).max(3650).catch(30),
});

export type SalesforceOptions = z.infer<typeof schema> & {
  /** Origin of the log-in server. */
  readonly loginUrl: string;
};

/** A connector's `options` read; what is missing or odd is the default. @throws CrmError `refused` for a foreign host */
export function salesforceOptions(options: Readonly<Record<string, unknown>>): SalesforceOptions {
  const read = schema.parse(options);
  return { ...read, loginUrl: loginUrl(read.host) };
}
