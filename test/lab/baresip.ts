// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNetstrings, encodeNetstring } from './netstring.ts';
import { freePort, startDaemon, until } from './process.ts';

export type PhoneEvent = {
  /** e.g. CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START, REGISTER_OK. */
  readonly type: string;
  readonly direction?: string;
  readonly peeruri?: string;
  readonly id?: string;
  readonly param?: string;
};

export type PhoneOptions = {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  /** Where the switch listens by UDP, and this phone as well. */
  readonly host?: string;
  readonly sipPort: number;
  readonly answerMode: 'auto' | 'manual';
  readonly displayName?: string;
  /** In baresip's spelling, best first. */
  readonly codecs?: string;
};

export type Phone = {
  readonly events: readonly PhoneEvent[];
  /** A number or a whole SIP address. */
  dial(target: string): Promise<void>;
  answer(): Promise<void>;
  hangUp(): Promise<void>;
  hold(): Promise<void>;
  resume(): Promise<void>;
  dtmf(tones: string): Promise<void>;
  /** What baresip says of its calls: one line a call. */
  calls(): Promise<string>;
  /** Waits for an event, past ones included (see `clear`). */
  wait(type: string, filter?: (event: PhoneEvent) => boolean, timeout?: number): Promise<PhoneEvent>;
  clear(): void;
  /** RTP packets of the current call. */
  rtpStats(): Promise<{ readonly sent: number; readonly received: number }>;
  command(name: string, params?: string): Promise<string>;
  log(): string;
  stop(): Promise<void>;
};

const MODULES = '/usr/lib/baresip/modules';

/** Starts a foreign SIP phone (package baresip-core), registered by UDP, speaking DTLS-SRTP with ICE. */
export async function startBaresip(options: PhoneOptions): Promise<Phone> {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-baresip-'));
  // The port behind its own is its TLS port, wanted or not.
  const [listenPort, ctrlPort] = [await freePort(1), await freePort()];
  const host = options.host ?? '127.0.0.1';
  const values: Record<string, string> = {
    HOST: host,
    SIP_PORT: String(listenPort),
    CTRL_PORT: String(ctrlPort),
    DIR: dir,
    MODULES,
  };
  const template = readFileSync(join(import.meta.dirname, 'baresip.config.template'), 'utf8');
  writeFileSync(
    join(dir, 'config'),
    template.replace(/@([A-Z_]+)@/g, (_, name: string) => values[name] ?? ''),
  );
  const name = options.displayName === undefined ? '' : `"${options.displayName.replace(/["\\]/g, '')}" `;
  const account = [
    `${name}<sip:${options.user}@${options.domain};transport=udp>`,
    `auth_user=${options.user}`,
    `auth_pass=${options.password}`,
    `outbound="sip:${host}:${options.sipPort};transport=udp"`,
    'regint=300',
    'mediaenc=dtls_srtp',
    'medianat=ice',
    `audio_codecs=${options.codecs ?? 'opus/48000/2,pcma,pcmu'}`,
    `answermode=${options.answerMode}`,
  ];
  writeFileSync(join(dir, 'accounts'), `${account.join(';')}\n`, { mode: 0o600 });
  writeFileSync(join(dir, 'contacts'), '');

  const daemon = startDaemon('baresip', ['-f', dir], dir);
  const socket = await until('baresip to listen', () => {
    if (!daemon.alive()) throw new Error(`baresip did not start:\n${daemon.log()}`);
    return open(ctrlPort);
  });
  const events: PhoneEvent[] = [];
  const answers = new Map<string, (data: string) => void>();
  let buffer: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const { texts, rest } = decodeNetstrings(Buffer.concat([buffer, chunk]));
    buffer = rest;
    for (const text of texts) {
      const message = JSON.parse(text) as { event?: boolean; token?: string; data?: string } & PhoneEvent;
      if (message.event) events.push(message);
      else answers.get(message.token ?? '')?.(message.data ?? '');
    }
  });
  socket.on('error', () => {});

  let tokens = 0;
  const command = async (name_: string, params?: string): Promise<string> => {
    tokens += 1;
    const token = String(tokens);
    const answer = new Promise<string>((resolve) => answers.set(token, resolve));
    socket.write(encodeNetstring(JSON.stringify({ command: name_, params, token })));
    const late = setTimeout(() => answers.get(token)?.('no answer'), 5_000);
    const data = await answer;
    clearTimeout(late);
    answers.delete(token);
    return data;
  };

  const phone: Phone = {
    events,
    command,
    log: () => daemon.log(),
    dial: async (target) => {
      await command('dial', target.startsWith('sip:') ? target : `sip:${target}@${options.domain}`);
    },
    answer: async () => void (await command('accept')),
    hangUp: async () => void (await command('hangup')),
    hold: async () => void (await command('hold')),
    resume: async () => void (await command('resume')),
    dtmf: async (tones) => {
      for (const tone of tones) await command('sndcode', tone);
    },
    calls: () => command('listcalls'),
    clear: () => {
      events.length = 0;
    },
    wait: (type, filter = () => true, timeout = 10_000) =>
      until(`baresip's ${type}`, () => events.find((event) => event.type === type && filter(event)), timeout),
    rtpStats: async () => {
      const text = await command('audio_debug');
      return {
        sent: Number(/TX: packets=(\d+)/.exec(text)?.[1] ?? 0),
        received: Math.max(0, ...[...text.matchAll(/rcvd=(\d+)/g)].map(([, count]) => Number(count))),
      };
    },
    async stop() {
      socket.destroy();
      await daemon.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await until('baresip to register', () => / 200 OK .*\[\d+ binding/.test(daemon.log()));
  return phone;
}

function open(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
