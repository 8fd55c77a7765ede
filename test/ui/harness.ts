// SPDX-License-Identifier: MIT
import { readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build, type UserConfig } from 'vite';
import config from '../../electron.vite.config.ts';
import { installFakeBridge } from './fake-bridge.ts';
import { installFakeCrm } from './fake-crm.ts';
import { installFakeTeam } from './fake-team.ts';
import type { World } from './fixtures.ts';

const root = resolve(import.meta.dirname, '../..');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wav': 'audio/wav',
};

/** The policy the app has, so that a style or script it would refuse shows here already. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-test'; img-src 'self' data:; media-src 'self'; connect-src 'self'";

/** Two tones and silence, 15 s of telephone audio: 8 kHz, 16 bit, mono. */
function wav(): Buffer {
  const samples = 8000 * 15;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    const loud = 0.15 + 0.85 * Math.abs(Math.sin(index / 9000)) * (index % 24_000 < 17_000 ? 1 : 0.05);
    file.writeInt16LE(Math.round(Math.sin(index / 6) * loud * 12_000), 44 + index * 2);
  }
  return file;
}

/** As the app's recording protocol: without ranges Chromium cannot seek. */
function sendRange(body: Buffer, range: string | undefined, response: ServerResponse): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  response.setHeader('accept-ranges', 'bytes');
  if (from === undefined) return void response.end(body);
  const last = to ? Number(to) : body.length - 1;
  const part = body.subarray(Number(from), last + 1);
  response.writeHead(206, {
    'content-range': `bytes ${from}-${last}/${body.length}`,
    'content-length': part.length,
  });
  response.end(part);
}

export type Harness = {
  /** A window with the given world behind it. */
  open(
    kind: 'main' | 'popup',
    world: World,
    options?: { width?: number; height?: number; dark?: boolean },
  ): Promise<{ page: Page; problems: string[] }>;
  close(): Promise<void>;
};

/** Builds the two windows with the app's own configuration and serves them to a real Chromium. */
export async function startHarness(): Promise<Harness> {
  // One folder a run: pictures and tests may be made at the same time.
  const out = join(root, `.tmp/ui/app-${process.pid}`);
  const renderer = (config as { renderer: UserConfig }).renderer;
  await build({
    ...renderer,
    configFile: false,
    root: join(root, 'src-renderer'),
    base: './',
    logLevel: 'error',
    build: {
      outDir: out,
      emptyOutDir: true,
      rollupOptions: {
        input: {
          main: join(root, 'src-renderer/main/index.html'),
          popup: join(root, 'src-renderer/popup/index.html'),
        },
      },
    },
  });
  const sound = wav();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    if (path === '/favicon.ico') return void response.end();
    if (path === '/recording.wav') return sendRange(sound, request.headers.range, response);
    const file = resolve(out, `.${path}`);
    try {
      if (!file.startsWith(out + sep)) throw new Error('outside');
      const body = await readFile(file);
      response.end(path.endsWith('.html') ? body.toString().replaceAll('{{csp-nonce}}', 'test') : body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({
    executablePath: process.env.MEGADIAL_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  return {
    async open(kind, world, { width = 960, height = 680, dark = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        timezoneId: 'Europe/Madrid',
      });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      await page.addInitScript(installFakeBridge, { world, kind });
      if (world.team !== undefined) await page.addInitScript(installFakeTeam, world.team);
      if (world.crm !== undefined) await page.addInitScript(installFakeCrm, world.crm);
      await page.goto(`${origin}/${kind}/index.html`);
      return { page, problems };
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(out, { recursive: true, force: true });
    },
  };
}
