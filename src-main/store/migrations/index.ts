// SPDX-License-Identifier: MIT
import { sql as first } from './0001-first.ts';
import { sql as softphone } from './0002-softphone.ts';
import { sql as team } from './0003-team.ts';
import { sql as crm } from './0004-crm.ts';
import { sql as rawCalls } from './0005-raw-calls.ts';
import { sql as contacts } from './0006-contacts.ts';

/** In order; the number of entries is the schema's version. Written ones never change: add the next. */
export const MIGRATIONS: readonly string[] = [first, softphone, team, crm, rawCalls, contacts];
