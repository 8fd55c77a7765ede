// SPDX-License-Identifier: MIT
import type { Log } from '../log.ts';

export type Line = { level: keyof Log; message: string; fields: Readonly<Record<string, unknown>> };

/** A log that keeps its lines, for unit tests. */
export function recordingLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const write =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields });
    };
  return { log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }, lines };
}
