// SPDX-License-Identifier: MIT
import { sql as first } from './0001-first.ts';

/** In order; the number of entries is the schema's version. Written ones never change: add the next. */
export const MIGRATIONS: readonly string[] = [first];
