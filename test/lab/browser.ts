// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { EngineCommand, EngineEvent } from '../../src-shared/engine-protocol.ts';
import { until } from './process.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The policy under which the engine lives in the product. */
const CSP =
  "default-src 'none'; script-src 'self'; connect-src ws: wss: http://127.0.0.1:*; media-src blob: mediastream: 'self'";
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export type Site = { readonly url: string; stop(): Promise<void> };

/** Builds one HTML page of the repository with vite and serves it on the loopback under the engine's policy. */
export async function buildSite(root: string, page: string): Promise<Site> {
  const outDir = mkdtempSync(join(tmpdir(), 'megadial-site-'));
  await build({
    configFile: false,
    root: join(ROOT, root),
    base: './',
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, rollupOptions: { input: join(ROOT, root, page) } },
  });
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    try {
      const body = readFileSync(join(outDir, path));
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/${page}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/**
 * A headless Chromium that stays on this machine. `microphone` gives it a device that beeps; `wrap` starts it in a
 * network of its own (network.ts).
 */
export function launchChromium(
  options: { readonly microphone?: boolean; readonly wrap?: (program: string) => string } = {},
): Promise<Browser> {
  const program = process.env.MEGADIAL_CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({
    executablePath: options.wrap?.(program) ?? program,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', '--ignore-certificate-errors'],
      '--autoplay-policy=no-user-gesture-required',
      // A page that the test relays counts as a public one, and may not call private addresses.
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
      // One way between the two is enough: with two, baresip sends DTLS on one and hears it on the other.
      ...(hasNetwork() ? [] : ['--allow-loopback-in-peer-connection']),
      ...((options.microphone ?? true) ? ['--use-fake-device-for-media-stream'] : []),
    ],
  });
}

function hasNetwork(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}

export type EnginePage = {
  readonly page: Page;
  /** Everything the engine said since it was opened or since `clear`. */
  readonly events: readonly EngineEvent[];
  /** Console errors and uncaught exceptions of the page. */
  readonly errors: readonly string[];
  command(command: EngineCommand): Promise<void>;
  /** Waits for an event, past ones included. */
  wait(what: string, filter: (event: EngineEvent) => boolean, timeout?: number): Promise<EngineEvent>;
  clear(): void;
  reload(): Promise<void>;
  /** RTP packets of the youngest peer connection. */
  rtpStats(): Promise<{ readonly sent: number; readonly received: number }>;
  /** First lines of the SIP messages sent, with their moment by the page's clock. */
  sent(): Promise<readonly { readonly at: number; readonly line: string; readonly text: string }[]>;
  close(): Promise<void>;
};

/** Opens the built engine with a bridge of the test's own in place of the preload's. */
export async function openEngine(
  browser: Browser,
  site: Site,
  options: {
    readonly permission?: 'granted' | 'denied';
    readonly relayPage?: boolean;
    /** A file to run in the page before the engine, after engine-page.js. */
    readonly script?: string;
  } = {},
): Promise<EnginePage> {
  const context = await browser.newContext();
  const { origin } = new URL(site.url);
  await context.grantPermissions((options.permission ?? 'granted') === 'granted' ? ['microphone'] : [], { origin });
  if (options.relayPage) {
    // The page comes through the test, so that its address stays a loopback one: others get no microphone.
    await context.route(`${origin}/**`, async (route) => {
      const response = await fetch(route.request().url());
      const body = Buffer.from(await response.arrayBuffer());
      await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
    });
  }
  const page = await context.newPage();
  const events: EngineEvent[] = [];
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.exposeFunction('labEvent', (event: EngineEvent) => void events.push(event));
  await page.addInitScript({ path: join(import.meta.dirname, 'engine-page.js') });
  if (options.script !== undefined) await page.addInitScript({ path: options.script });
  const ready = () => until('the engine to be ready', () => events.some(({ type }) => type === 'ready'));
  await page.goto(site.url);
  await ready();
  return {
    page,
    events,
    errors,
    command: (command) => page.evaluate(`lab.command(${JSON.stringify(command)})`),
    wait: (what, filter, timeout = 10_000) => until(what, () => events.find(filter), timeout),
    clear: () => {
      events.length = 0;
    },
    async reload() {
      events.length = 0;
      await page.reload();
      await ready();
    },
    rtpStats: () => page.evaluate('lab.rtpStats()'),
    sent: () => page.evaluate('lab.sent'),
    close: () => context.close(),
  };
}
