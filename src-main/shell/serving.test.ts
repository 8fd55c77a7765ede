// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { appResponse, assetPath } from './app-files.ts';
import { parseRange } from './byte-range.ts';
import { contentSecurityPolicy, permissionsPolicy } from './csp.ts';
import { recordingId, recordingResponse } from './recording-response.ts';

const dir = mkdtempSync(join(tmpdir(), 'megadial-serving-'));
const root = join(dir, 'renderer');
mkdirSync(join(root, 'main'), { recursive: true });
mkdirSync(join(root, 'assets'));
writeFileSync(join(root, 'main/index.html'), '<meta property="csp-nonce" nonce="{{csp-nonce}}">');
writeFileSync(join(root, 'assets/a b.js'), 'export {};');
writeFileSync(join(dir, 'secret.html'), 'outside');
const sound = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
writeFileSync(join(dir, 'call.mp3'), sound);
writeFileSync(join(dir, 'empty.mp3'), '');
afterAll(() => rmSync(dir, { recursive: true }));

const app = (path: string, method = 'GET') => appResponse(root, new Request(`app://megadial/${path}`, { method }));

test('pages come with their type, their policy and a fresh nonce', async () => {
  const [first, second] = [await app('main/index.html'), await app('main/index.html')];
  expect(first.status).toBe(200);
  expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  expect(first.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  const nonce = /nonce="([A-Za-z0-9+/=]{24})"/.exec(await first.text())?.[1];
  expect(first.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}';`);
  expect(await second.text()).not.toContain(String(nonce));
});

test('a file with a space is found, others are not there, and nothing is written', async () => {
  const script = await app('assets/a%20b.js');
  expect([script.status, await script.text()]).toEqual([200, 'export {};']);
  expect((await app('main/none.html')).status).toBe(404);
  expect((await app('main/index.html', 'POST')).status).toBe(405);
  expect(await (await app('main/index.html', 'HEAD')).text()).toBe('');
});

test.each([
  'app://megadial/../secret.html',
  'app://megadial/%2e%2e/secret.html',
  'app://megadial/main/..%2f..%2fsecret.html',
  'app://megadial/..%5csecret.html',
  'app://megadial/%2e%2e%2fsecret.html',
  'app://megadial/main/index.html%00.js',
  'app://megadial/C:/windows/win.html',
  'app://megadial/main/index.html::$DATA.js',
  'app://other/main/index.html',
  'app://megadial:80/main/index.html',
  'https://megadial/main/index.html',
  'app://megadial/%ff.html',
  'app://megadial/main/',
  'app://megadial/main/index.exe',
])('%s names no file outside the pages', (url) => {
  const found = assetPath(root, url);
  // Dot segments that the URL parser itself removes lead to a place inside, where the file is simply not there.
  if (found !== null) expect(found.path).toBe(join(root, 'secret.html'));
});

test('no path leaves the folder', () => {
  const segment = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    '%2f',
    '%5c',
    '\\',
    '/',
    'main',
    'x.html',
    '%00',
    'c:',
    '',
  );
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 8 }), fc.constantFrom('/', '%2f', ''), (segments, joint) => {
      const found = assetPath(root, `app://megadial/${segments.join(joint)}`);
      if (found !== null) expect(resolve(found.path).startsWith(root + sep)).toBe(true);
    }),
  );
});

test('the policy allows each window what it needs and no more', () => {
  const parse = (text: string) =>
    Object.fromEntries(
      text.split('; ').map((part) => [part.slice(0, part.indexOf(' ')), part.slice(part.indexOf(' ') + 1)]),
    );
  const common = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'object-src': "'none'",
  };
  expect(parse(contentSecurityPolicy('main', null))).toEqual({
    ...common,
    'connect-src': "'self' recording:",
    'media-src': "'self' recording:",
  });
  expect(parse(contentSecurityPolicy('popup', null))).toEqual({
    ...common,
    'connect-src': "'self'",
    'media-src': "'none'",
  });
  expect(parse(contentSecurityPolicy('engine', null))).toEqual({
    ...common,
    'connect-src': "'self' ws: wss:",
    'media-src': "'self' blob: mediastream:",
  });
  expect(permissionsPolicy('engine')).toContain('microphone=(self)');
  expect(permissionsPolicy('engine')).toContain('hid=(self)');
  for (const kind of ['main', 'popup'] as const) {
    for (const name of ['microphone', 'hid', 'speaker-selection']) {
      expect(permissionsPolicy(kind)).toContain(`${name}=()`);
    }
  }
});

test('ranges: what comes back lies in the file and is what was asked', () => {
  const size = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(size, fc.nat(20_000), fc.nat(20_000), (bytes, first, last) => {
      const range = parseRange(`bytes=${first}-${last}`, bytes);
      if (last < first) expect(range.kind).toBe('whole');
      else if (first >= bytes) expect(range.kind).toBe('unsatisfiable');
      else expect(range).toEqual({ kind: 'part', start: first, end: Math.min(last, bytes - 1) });
    }),
  );
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 20_000 }), (bytes, length) => {
      const start = Math.max(0, bytes - length);
      expect(parseRange(`bytes=-${length}`, bytes)).toEqual({ kind: 'part', start, end: bytes - 1 });
    }),
  );
  fc.assert(
    fc.property(fc.string(), fc.nat(1000), (header, bytes) => {
      const range = parseRange(header, bytes);
      if (range.kind === 'part') expect(0 <= range.start && range.start <= range.end && range.end < bytes).toBe(true);
    }),
  );
  expect(parseRange(null, 5).kind).toBe('whole');
  expect(parseRange('bytes=0-1,3-4', 5).kind).toBe('whole');
  expect(parseRange('bytes=-', 5).kind).toBe('whole');
  expect(parseRange('bytes=-0', 5).kind).toBe('unsatisfiable');
  expect(parseRange('bytes=0-', 0).kind).toBe('unsatisfiable');
});

const find = async (id: number) => {
  const file = { 1: 'call.mp3', 2: 'empty.mp3', 3: 'removed.mp3' }[id];
  return file === undefined ? null : { path: join(dir, file), mime: 'audio/mpeg' };
};
const recording = (path: string, range?: string, method = 'GET') =>
  recordingResponse(
    new Request(`recording://call/${path}`, { method, ...(range === undefined ? {} : { headers: { range } }) }),
    find,
  );

test('a recording is played whole, in parts, and asked about', async () => {
  const whole = await recording('1');
  expect(whole.status).toBe(200);
  expect(whole.headers.get('content-type')).toBe('audio/mpeg');
  expect(whole.headers.get('access-control-allow-origin')).toBe('app://megadial');
  expect(await whole.bytes()).toEqual(sound);

  const part = await recording('1', 'bytes=100-199');
  expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
    206,
    'bytes 100-199/1000',
    '100',
  ]);
  expect(await part.bytes()).toEqual(sound.slice(100, 200));

  const beyond = await recording('1', 'bytes=1000-');
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000']);

  const head = await recording('1', undefined, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, '1000', null]);
  expect((await (await recording('2')).bytes()).length).toBe(0);
});

test('a player that stops early closes the file', async () => {
  const response = await recording('1');
  await expect(response.body?.cancel()).resolves.toBeUndefined();
});

test('what is not there, or no recording at all, is refused', async () => {
  expect((await recording('3')).status).toBe(404);
  expect((await recording('4')).status).toBe(404);
  expect((await recording('1/../2')).status).toBe(200); // the URL parser makes it call/2
  expect((await recording('1', undefined, 'POST')).status).toBe(405);
  // Row ids of the store have sixteen digits.
  expect(recordingId('recording://call/1795164865000000')).toBe(1795164865000000);
  for (const url of ['recording://call/0', 'recording://call/1x', 'recording://other/1', 'recording://call/1?x']) {
    expect(recordingId(url)).toBe(null);
  }
});
