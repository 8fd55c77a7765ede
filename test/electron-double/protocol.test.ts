// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppHandle } from '../e2e/support/app.ts';
import { mapMarkup, mapPolicy } from './csp.ts';
import { launchFixture, logOf } from './fixture-app.ts';
import { makeUrls } from './urls.ts';

let app: AppHandle;
let page: Page;

beforeAll(async () => {
  app = await launchFixture();
  page = await app.window('main');
});
afterAll(() => app.quit());

test('a page of a custom scheme is a secure context', async () => {
  expect(await page.evaluate(() => [isSecureContext, 'mediaDevices' in navigator])).toEqual([true, true]);
});

test('fetch and XMLHttpRequest reach a custom scheme, with ranges and the scheme’s own addresses', async () => {
  const seen = await page.evaluate(async () => {
    const response = await fetch('recording://call/12', { headers: { range: 'bytes=44-47' } });
    const request = new XMLHttpRequest();
    request.open('GET', 'recording://call/13');
    request.responseType = 'arraybuffer';
    await new Promise((resolve) => {
      request.onload = resolve;
      request.send();
    });
    return {
      status: response.status,
      url: response.url,
      bytes: [...new Uint8Array(await response.arrayBuffer())],
      xhr: [request.status, (request.response as ArrayBuffer).byteLength, request.responseURL],
    };
  });
  expect(seen).toEqual({
    status: 206,
    url: 'recording://call/12',
    bytes: [140, 141, 142, 143],
    xhr: [200, 160_044, 'recording://call/13'],
  });
});

test('a body goes up and streams back', async () => {
  const seen = await page.evaluate(async () => {
    const response = await fetch('/echo', { method: 'POST', body: 'x'.repeat(200_000) });
    return [(await response.text()).length, response.headers.get('x-origin')];
  });
  expect(seen).toEqual([200_000, 'app://fixture']);
});

test('an audio element plays a custom scheme and seeks by range', async () => {
  const seen = await page.evaluate(async () => {
    const audio = new Audio('recording://call/20');
    await new Promise((resolve, reject) => {
      audio.addEventListener('loadedmetadata', resolve);
      audio.addEventListener('error', () => reject(new Error(audio.error?.message)));
    });
    const sought = new Promise((resolve) => audio.addEventListener('seeked', resolve));
    audio.currentTime = 15;
    await sought;
    await audio.play();
    audio.pause();
    return {
      src: audio.src,
      attribute: audio.getAttribute('src'),
      duration: audio.duration,
      at: Math.round(audio.currentTime),
    };
  });
  expect(seen).toEqual({ src: 'recording://call/20', attribute: 'recording://call/20', duration: 20, at: 15 });
  const requests = await logOf(page, 'recording');
  expect(
    requests
      .filter(([, url]) => url === 'recording://call/20')
      .every(([, , range]) => String(range).startsWith('bytes=')),
  ).toBe(true);
});

test('markup that never went through a setter plays too', async () => {
  const duration = await page.evaluate(async () => {
    const box = document.createElement('div');
    box.innerHTML = '<audio src="recording://call/30" preload="metadata"></audio>';
    document.body.append(box);
    const audio = box.querySelector('audio') as HTMLAudioElement;
    if (audio.readyState === 0) await new Promise((resolve) => audio.addEventListener('loadedmetadata', resolve));
    return audio.duration;
  });
  expect(duration).toBe(20);
});

test('the content policy is enforced with its custom sources', async () => {
  const refused = await page.evaluate(async () => {
    const violation = new Promise<string>((resolve) =>
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
        once: true,
      }),
    );
    await fetch('https://example.invalid/').catch(() => undefined);
    return violation;
  });
  expect(refused).toBe('connect-src');
});

test('a path nobody serves is what the handler says', async () => {
  expect(await page.evaluate(async () => (await fetch('/none')).status)).toBe(404);
});

test('addresses map there and back, policies with them', () => {
  const urls = makeUrls(8123, ['app', 'recording']);
  for (const url of ['app://megadial/main/?a=1#b', 'recording://call/12', 'app://megadial']) {
    expect(urls.toApp(urls.toPage(url))).toBe(url === 'app://megadial' ? 'app://megadial/' : url);
  }
  expect(urls.toPage('https://example.com/app://x')).toBe('https://example.com/app://x');
  expect(urls.toApp('http://evil.app.localhost:8123.example.com/')).toBe('http://evil.app.localhost:8123.example.com/');
  const policy =
    "default-src 'self'; media-src recording: blob:; connect-src app://megadial wss://*:4443; img-src data:";
  const mapped =
    "default-src 'self'; media-src http://*.recording.localhost:8123 blob:; connect-src http://megadial.app.localhost:8123 wss://*:4443; img-src data:";
  expect(mapPolicy(policy, urls, 8123)).toBe(mapped);
  expect(mapMarkup(`<meta http-equiv="Content-Security-Policy" content="${policy}"><p>recording:`, urls, 8123)).toBe(
    `<meta http-equiv="Content-Security-Policy" content="${mapped}"><p>recording:`,
  );
});
