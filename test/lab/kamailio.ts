// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, freePort, startDaemon, until } from './process.ts';

export type KamailioUser = { readonly user: string; readonly password: string };

export type KamailioOptions = {
  readonly users: readonly KamailioUser[];
  /** Where it listens; the loopback unless a network of the test's own is used. */
  readonly host?: string;
  readonly domain?: string;
  /** Defaults to the domain. */
  readonly realm?: string;
  /** Also listen for WSS, with a certificate made on the spot. */
  readonly tls?: boolean;
  /** A number (DID, short number) that rings this user. */
  readonly routes?: Readonly<Record<string, string>>;
  /** A number that is answered at once with this SIP status. */
  readonly replies?: Readonly<Record<string, number>>;
  /** Who gets every other number of three digits or more: the outside world. */
  readonly outside?: string;
  /** Shortest registration in seconds; a shorter wish gets 423. */
  readonly minExpires?: number;
};

export type Kamailio = {
  readonly wsUrl: string;
  readonly wssUrl: string | null;
  /** Its own authority, PEM. */
  readonly certificate: string | null;
  /** UDP and TCP. */
  readonly sipPort: number;
  readonly domain: string;
  readonly realm: string;
  log(): string;
  start(): Promise<void>;
  /** Stops in an orderly way and starts again on the same ports: registrations are forgotten. */
  restart(): Promise<void>;
  /** Dies without a word to anybody. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

const MODULE_PATHS = ['/usr/lib/x86_64-linux-gnu/kamailio/modules', '/usr/lib/aarch64-linux-gnu/kamailio/modules'];

/** Starts a real SIP switch on the loopback (package kamailio with its WebSocket and TLS modules). */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-kamailio-'));
  const [sipPort, wsPort, wssPort] = [await freePort(), await freePort(), options.tls ? await freePort() : null];
  const domain = options.domain ?? 'pbx.test';
  const realm = options.realm ?? domain;
  const host = options.host ?? '127.0.0.1';
  const file = join(dir, 'kamailio.cfg');
  if (wssPort !== null) makeCertificate(dir, host);
  writeFileSync(file, configuration(options, { dir, host, domain, realm, sipPort, wsPort, wssPort }), { mode: 0o600 });
  let daemon: Daemon | null = null;

  const kamailio: Kamailio = {
    wsUrl: `ws://${host}:${wsPort}`,
    wssUrl: wssPort === null ? null : `wss://${host}:${wssPort}`,
    certificate: wssPort === null ? null : readFileSync(join(dir, 'cert.pem'), 'utf8'),
    sipPort,
    domain,
    realm,
    log: () => daemon?.log() ?? '',
    async start() {
      const args = ['-DD', '-E', '-m', '64', '-M', '8', '-Y', dir, '-P', join(dir, 'pid'), '-f', file];
      const started = startDaemon('kamailio', args, dir);
      daemon = started;
      await until('Kamailio to listen', () => {
        if (!started.alive()) throw new Error(`Kamailio did not start:\n${started.log()}`);
        return isListening(host, wsPort);
      });
    },
    async restart() {
      await daemon?.stop();
      await kamailio.start();
    },
    async kill() {
      await daemon?.stop('SIGKILL');
    },
    async stop() {
      await daemon?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await kamailio.start();
  return kamailio;
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** `key.pem` and `cert.pem` in `dir`, signed by nobody else, for two days. */
export function makeCertificate(dir: string, host: string): void {
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=IP:${host}`];
  const files = ['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'ignore' });
}

type Places = {
  readonly dir: string;
  readonly host: string;
  readonly domain: string;
  readonly realm: string;
  readonly sipPort: number;
  readonly wsPort: number;
  readonly wssPort: number | null;
};

/** Fills in the template. The values come from tests only, but must not break out of the quotes. */
function configuration(options: KamailioOptions, places: Places): string {
  const { dir, host, sipPort, wsPort, wssPort } = places;
  const listen = [`udp:${host}:${sipPort}`, `tcp:${host}:${sipPort}`, `tcp:${host}:${wsPort}`];
  if (wssPort !== null) listen.push(`tls:${host}:${wssPort}`);
  const tls = [
    'enable_tls=yes',
    'loadmodule "tls.so"',
    'modparam("tls", "tls_method", "TLSv1.2+")',
    `modparam("tls", "private_key", "${join(dir, 'key.pem')}")`,
    `modparam("tls", "certificate", "${join(dir, 'cert.pem')}")`,
  ];
  const users = options.users.map(({ user, password }) => ({ user: quoted(user), password: quoted(password) }));
  const routes = Object.entries(options.routes ?? {});
  const replies = Object.entries(options.replies ?? {});
  const outside =
    options.outside === undefined
      ? ''
      : `\tif ($var(known) == 0 && $rU =~ "^[+]?[0-9*]{3,}$") $rU = ${quoted(options.outside)};`;
  const values: Record<string, string> = {
    DOMAIN: places.domain,
    REALM: places.realm,
    LISTEN: listen.map((address) => `listen=${address}`).join('\n'),
    MODULES: MODULE_PATHS.find((path) => existsSync(path)) ?? '/usr/lib/kamailio/modules',
    TLS: wssPort === null ? '' : tls.join('\n'),
    MIN_EXPIRES: String(options.minExpires ?? 5),
    NOBODY: crypto.randomUUID(),
    PASSWORDS: users.map(({ user, password }) => `\tif ($au == ${user}) $var(password) = ${password};`).join('\n'),
    KNOWN: users.map(({ user }) => `\tif ($var(user) == ${user}) $var(known) = 1;`).join('\n'),
    NUMBERS: [
      ...replies.map(([number, status]) => `\tif ($rU == ${quoted(number)}) { send_reply("${status}", "No"); exit; }`),
      ...routes.map(([number, user]) => `\tif ($rU == ${quoted(number)}) { $rU = ${quoted(user)}; return; }`),
    ].join('\n'),
    OUTSIDE: outside,
  };
  const template = readFileSync(join(import.meta.dirname, 'kamailio.cfg.template'), 'utf8');
  return template.replace(/@([A-Z_]+)@/g, (_, name: string) => values[name] ?? '');
}

function quoted(text: string): string {
  if (/["\\\n$]/.test(text)) throw new Error('not fit for a Kamailio string');
  return `"${text}"`;
}
