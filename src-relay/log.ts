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

const QUIET_MS = 10_000;

/**
 * Warnings that strangers can cause as often as they like: of one message, one line in ten seconds at most, which says
 * how many there were.
 */
export function sparing(log: Pick<RelayLog, 'warn'>, now: () => number = () => performance.now()): RelayLog['warn'] {
  const said = new Map<string, { at: number; more: number }>();
  return (message, fields = {}) => {
    const before = said.get(message);
    if (before !== undefined && now() - before.at < QUIET_MS) {
      before.more++;
      return;
    }
    said.set(message, { at: now(), more: 0 });
    log.warn(message, { ...fields, count: (before?.more ?? 0) + 1 });
  };
}
