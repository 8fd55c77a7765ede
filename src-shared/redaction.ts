// SPDX-License-Identifier: MIT
/**
 * What may stand in a log line. Applied at the sink of every log, so that no caller can forget it: secrets that were
 * registered are replaced everywhere, and long digit runs (telephone numbers) keep their last two digits only.
 */
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
const PLAIN_KEYS = new Set(['time', 'pid', 'level', 'ms', 'bytes', 'port', 'count']);

/** Fields as they may be written: texts redacted, errors as their stack, everything else as redacted JSON. */
export function redactFields(fields: Fields, numbers: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (PLAIN_KEYS.has(key) && typeof value === 'number') out[key] = value;
    else if (value instanceof Error) out[key] = redact(value.stack ?? value.message, numbers);
    else if (value !== undefined) out[key] = redact(typeof value === 'string' ? value : JSON.stringify(value), numbers);
  }
  return out;
}
