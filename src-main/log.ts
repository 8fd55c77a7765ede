// SPDX-License-Identifier: MIT
import { existsSync, renameSync, statSync } from 'node:fs';
import pino from 'pino';

/**
 * The one logger. Redaction happens here, at the sink, so that no caller can forget it: secrets that were registered
 * are replaced everywhere, and at `info` and above long digit runs (telephone numbers) keep their last two digits only.
 */
export type Log = {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};
type Fields = Readonly<Record<string, unknown>>;

const LONG_DIGITS = /\d(?:[\s().-]?\d){6,}/g;
const secrets = new Set<string>();

/** From now on this text never reaches a log line, at any level. Texts under six characters are not worth hiding. */
export function hideInLogs(secret: string): void {
  if (secret.length >= 6) secrets.add(secret);
}

/** One line as it may be written: registered secrets gone, numbers shortened when `numbers` is true. */
export function redact(line: string, numbers: boolean): string {
  let out = line;
  for (const secret of secrets) out = out.replaceAll(secret, '[secret]');
  return numbers ? out.replace(LONG_DIGITS, shorten) : out;
}

function shorten(run: string): string {
  return `…${run.replace(/\D/g, '').slice(-2)}`;
}

/** Keys whose digits are ours (times, sizes, ids of rows), not anybody's number. */
const PLAIN_KEYS = new Set(['time', 'pid', 'level', 'ms', 'bytes', 'port']);

function clean(fields: Fields, numbers: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (PLAIN_KEYS.has(key) && typeof value === 'number') out[key] = value;
    else if (value instanceof Error) out[key] = redact(value.stack ?? value.message, numbers);
    else if (value !== undefined) out[key] = redact(typeof value === 'string' ? value : JSON.stringify(value), numbers);
  }
  return out;
}

const LOG_BYTES = 5_000_000;

/** One former log is kept, so that the folder stays small however long the program runs. */
function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_BYTES) renameSync(file, `${file}.1`);
}

/** @param destination a file, or null for standard error. */
export function createLog(options: { level: 'debug' | 'info'; destination: string | null }): Log {
  if (options.destination !== null) rotate(options.destination);
  const sink = pino(
    { level: options.level, base: null },
    options.destination === null
      ? pino.destination(2)
      : pino.destination({ dest: options.destination, mkdir: true, sync: false }),
  );
  const write =
    (level: keyof Log) =>
    (message: string, fields: Fields = {}) =>
      sink[level](clean(fields, level !== 'debug'), redact(message, level !== 'debug'));
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
