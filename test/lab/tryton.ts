// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startDaemon, until } from './process.ts';

const run = promisify(execFile);
const PASSWORD = 'tryton-of-the-tests';
/** Debian's `tryton-sao`: the web client. */
const WEB_CLIENT = '/usr/share/tryton-sao/www';

export type Tryton = {
  /** Origin without a slash at the end; the JSON-RPC address is `<url>/crm/`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T>;
  stop(): Promise<void>;
};

/** A Tryton 6.0 of one's own (crm-connectors.md section 6.10): party module, SQLite, web client, no wizard waiting. */
export async function startTryton(): Promise<Tryton> {
  const folder = await mkdtemp(join(tmpdir(), 'megadial-tryton-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'trytond.conf');
  const sections = [
    `[database]\nuri = sqlite://\npath = ${folder}`,
    `[web]\nlisten = 127.0.0.1:${port}\nroot = ${WEB_CLIENT}`,
    '[password]\nlength = 4',
  ];
  await writeFile(config, `${sections.join('\n')}\n`);
  await writeFile(join(folder, 'crm.sqlite'), '');
  await writeFile(join(folder, 'password'), PASSWORD);
  const env = { ...process.env, TRYTONPASSFILE: join(folder, 'password') };
  const admin = (...args: string[]) => run('trytond-admin', ['-c', config, '-d', 'crm', ...args], { env });
  await admin('--all', '--email', 'admin@example.com');
  await admin('-u', 'party', '--activate-dependencies');
  const daemon = startDaemon('trytond', ['-c', config, '-d', 'crm'], folder);

  let id = 0;
  let session = '';
  const rpc = async <T>(method: string, ...params: readonly unknown[]): Promise<T> => {
    id += 1;
    const reply = await fetch(`${url}/crm/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(session === '' ? {} : { Authorization: session }) },
      body: JSON.stringify({ id, method, params }),
    });
    const { result, error } = (await reply.json()) as { result: T; error?: unknown };
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  try {
    await until(
      'Tryton to answer',
      () =>
        fetch(url).then(
          (reply) => reply.ok,
          () => false,
        ),
      30_000,
    );
    const [userId, key] = await rpc<[number, string]>('common.db.login', 'admin', { password: PASSWORD }, 'en');
    session = `Session ${Buffer.from(`admin:${userId}:${key}`).toString('base64')}`;
    // The first to sign in would be led through wizards instead of to the record.
    const open = await rpc<number[]>(
      'model.ir.module.config_wizard.item.search',
      [['state', '=', 'open']],
      0,
      null,
      null,
      {},
    );
    await rpc('model.ir.module.config_wizard.item.write', open, { state: 'done' }, {});
  } catch (error) {
    await daemon.stop();
    throw new Error(`Tryton did not start: ${daemon.log()}`, { cause: error });
  }
  return {
    url,
    user: 'admin',
    password: PASSWORD,
    rpc,
    async stop() {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
