// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { redact, redactFields } from '../src-shared/redaction.ts';

export { hideInLogs, redact } from '../src-shared/redaction.ts';

/** The one logger. Registered secrets never reach it; at `info` and above telephone numbers are shortened. */
export type Log = {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};
type Fields = Readonly<Record<string, unknown>>;

const LOG_BYTES = 5_000_000;

/** One former log is kept, so that the folder stays small however long the program runs. */
function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_BYTES) renameSync(file, `${file}.1`);
}

/**
 * Appends line by line. A line that a full disk does not take is lost, and nothing else: pino's own destination would
 * stop the program and then wait for room before it lets it end.
 */
function appendTo(file: string): { write(line: string): void } {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'a', 0o600);
  return {
    write(line) {
      try {
        writeSync(handle, line);
      } catch {
        // There is nowhere to say so.
      }
    },
  };
}

/** @param destination a file, or null for standard error. */
export function createLog(options: { level: 'debug' | 'info'; destination: string | null }): Log {
  if (options.destination !== null) rotate(options.destination);
  const sink = pino(
    { level: options.level, base: null },
    options.destination === null ? pino.destination(2) : appendTo(options.destination),
  );
  const write =
    (level: keyof Log) =>
    (message: string, fields: Fields = {}) =>
      sink[level](redactFields(fields, level !== 'debug'), redact(message, level !== 'debug'));
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
