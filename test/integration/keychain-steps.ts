// SPDX-License-Identifier: MIT
/** Runs the steps in its arguments on the real keychain, and prints what each came to: for the keychain test. */
import { execFileSync } from 'node:child_process';
import { openSecrets, type SecretName } from '../../src-main/secrets/secrets.ts';

const ignore = () => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const secrets = openSecrets({ service: 'Megadial test', log });

function bus(destination: string, path: string, method: string, argument: string): string {
  const args = ['--session', '--print-reply', `--dest=${destination}`, path, method, argument];
  return execFileSync('dbus-send', args, { encoding: 'utf8' });
}

const others: Record<string, () => void> = {
  'use-session-only': () => secrets.useSessionOnly(),
  /** As a screen lock or the person does it. */
  lock: () => {
    const path = '/org/freedesktop/secrets';
    bus(
      'org.freedesktop.secrets',
      path,
      'org.freedesktop.Secret.Service.Lock',
      `array:objpath:${path}/collection/login`,
    );
  },
  /** The daemon dies; the bus starts another, which has nobody's password. */
  kill: () => {
    const method = 'org.freedesktop.DBus.GetConnectionUnixProcessID';
    const answer = bus('org.freedesktop.DBus', '/', method, 'string:org.freedesktop.secrets');
    process.kill(Number(/uint32 (\d+)/.exec(answer)?.[1]), 'SIGKILL');
  },
};

async function run(step: string): Promise<unknown> {
  const [verb = '', name = '', value = ''] = step.split(' ');
  switch (verb) {
    case 'get':
      return secrets.get(name as SecretName);
    case 'set':
      return secrets.set(name as SecretName, value);
    case 'remove':
      return secrets.remove(name as SecretName);
    case 'retry':
      return secrets.retry();
    default:
      return others[verb]?.();
  }
}

const results: unknown[] = [];
for (const step of process.argv.slice(2)) {
  const outcome = await run(step).catch((error: unknown) => (error instanceof Error ? error.message : 'failed'));
  results.push([step, outcome ?? null, secrets.state()]);
}
process.stdout.write(JSON.stringify(results));
