// SPDX-License-Identifier: MIT
import pino from 'pino';
import { redact, redactFields } from '../src-shared/redaction.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type RelayLog = Record<LogLevel, (message: string, fields?: Readonly<Record<string, unknown>>) => void>;

/**
 * The relay's log: one JSON object a line, for journald or a container's collector. Secrets that were registered and
 * telephone numbers never reach it, at any level; names are never given to it.
 *
 * @param write takes one line; standard error by default, written at once so that nothing is lost when the relay ends
 */
export function createRelayLog(level: LogLevel, write?: (line: string) => void): RelayLog {
  const sink = pino({ level, base: null }, write ? { write } : pino.destination(2));
  const at =
    (name: LogLevel) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      sink[name](redactFields(fields, true), redact(message, true));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
