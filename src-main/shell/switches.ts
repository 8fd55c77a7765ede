// SPDX-License-Identifier: MIT
const KNOWN: readonly string[] = ['provision', 'hidden'];

/** Our own switches of a command line: `--name=value`, or `--name` for `true`. Others are Electron's and left out. */
export function parseSwitches(args: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const arg of args) {
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
    const name = match?.[1];
    if (name !== undefined && KNOWN.includes(name)) found[name] = match?.[2] ?? 'true';
  }
  return found;
}
