// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RelayConfigInput } from '../../src-relay/config.ts';
import type { PairingReply } from '../../src-shared/relay/protocol.ts';
import { until } from '../lab/process.ts';
import { webhookSignature } from '../sandbox/sign.ts';
import type { TestDesktop } from './desktop.ts';

const MAIN = fileURLToPath(new URL('../../src-relay/main.ts', import.meta.url));

/** One line of the relay's log. */
export type LogLine = { readonly level: number; readonly msg: string; readonly [field: string]: unknown };

export type RelayProcess = {
  readonly pid: number;
  readonly url: string;
  readonly opsUrl: string;
  readonly configFile: string;
  /** All it has said so far. */
  readonly output: () => string;
  readonly lines: () => readonly LogLine[];
  signal(signal: NodeJS.Signals): void;
  /** Waits for its end; the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
  stop(): Promise<void>;
};

/** A folder for a relay's files, with its configuration: free ports, the loopback as the PBX, one company. */
export function relayFolder(settings: Record<string, unknown> = {}): {
  folder: string;
  configFile: string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'megadial-relay-'));
  const configFile = join(folder, 'relay.json');
  const config = {
    ...{ listen: { port: 0 }, ops: { port: 0 }, sources: ['127.0.0.1'], store: { sqlite: join(folder, 'relay.db') } },
    ...{ tenants: [ACME], ...settings },
  } satisfies RelayConfigInput;
  writeFileSync(configFile, JSON.stringify(config), { mode: 0o600 });
  return { folder, configFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const ACME = { id: 'acme', urlSecret: 'hook-secret-of-acme', apiSecret: 'secret of acme' };

/** Runs `main.ts` to its end. */
export async function runMain(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  const output = { out: '', err: '' };
  child.stdout.on('data', (data) => (output.out += data));
  child.stderr.on('data', (data) => (output.err += data));
  const [code] = await once(child, 'close');
  return { code: Number(code), ...output };
}

/** Starts the relay as a process of its own and waits until it is ready. */
export async function startRelayProcess(configFile: string, env: Record<string, string> = {}): Promise<RelayProcess> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, '--config', configFile], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const closed = once(child, 'close');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const lines = (): LogLine[] =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine);
  const ready = await until(
    'the relay',
    () => {
      if (child.exitCode !== null) throw new Error(`the relay did not start:\n${output}`);
      return lines().find(({ msg }) => msg === 'ready');
    },
    30_000,
  );
  const ended = async (): Promise<number | NodeJS.Signals> => {
    const [code, signal] = await closed;
    process.removeListener('exit', kill);
    return code ?? signal;
  };
  return {
    pid: child.pid ?? 0,
    url: String(ready.url),
    opsUrl: String(ready.ops),
    configFile,
    output: () => output,
    lines,
    signal: (signal) => void child.kill(signal),
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended();
    },
  };
}

/** A notification of an incoming call, and the headers that sign it (megacall-api.md section 3.2). */
export function startOfCall(number: number, secret = ACME.apiSecret) {
  const fields = {
    event: 'NOTIFY_START',
    call_start: '2026-05-14 09:30:05',
    pbx_call_id: `in_${String(number).padStart(40, '0')}`,
    caller_id: '+34600111222',
    called_did: '+34912345678',
  };
  const headers = { Signature: webhookSignature(secret, fields.event, fields) };
  return { fields, headers, body: new URLSearchParams(fields).toString() };
}

/** Posts it as the PBX does. */
export function notify(
  url: string,
  { headers, body }: ReturnType<typeof startOfCall>,
  more: Record<string, string> = {},
) {
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return fetch(`${url}/hook/${ACME.urlSecret}`, { method: 'POST', body, headers: { ...type, ...headers, ...more } });
}

/** Pairs a desktop of extension 101 by the operator's command; answers its token. */
export async function pairDesktop(relay: RelayProcess): Promise<string> {
  const { out, err } = await runMain(['tenants', 'pair', 'acme', '101', 'admin', 'Desk', '--config', relay.configFile]);
  const code = /pairing code (\S+),/.exec(out)?.[1];
  if (code === undefined) throw new Error(`no code: ${out}${err}`);
  const reply = await fetch(`${relay.url}/pair`, { method: 'POST', body: JSON.stringify({ code, name: 'test' }) });
  return ((await reply.json()) as PairingReply).token;
}

/** Ids of the calls a desktop was told of, in that order. */
export function callsOf({ events }: TestDesktop): string[] {
  return events.flatMap(({ event }) => (event.kind === 'notification' ? [event.fields.pbx_call_id ?? ''] : []));
}
