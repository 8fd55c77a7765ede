// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { desktopUrl, relayUrl } from './address.ts';

test.each([
  ['https://relay.example', 'https://relay.example'],
  [' https://Relay.Example/ ', 'https://relay.example'],
  ['relay.example', 'https://relay.example'],
  ['relay.example:8443/team/', 'https://relay.example:8443/team'],
  ['wss://relay.example', 'https://relay.example'],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
  ['ws://localhost:9000/x', 'http://localhost:9000/x'],
  ['http://[::1]:9000', 'http://[::1]:9000'],
])('%s is %s', (typed, url) => {
  expect(relayUrl(typed)).toBe(url);
});

test.each([
  ['in the clear to another computer', 'http://relay.example'],
  ['in the clear to a name that begins like this computer', 'ws://localhost.example'],
  ['another computer in decimal', 'http://1270.0.0.1'],
  ['another scheme', 'ftp://relay.example'],
  ['a file', 'file:///etc/passwd'],
  ['a password', 'https://user:secret@relay.example'],
  ['a query', 'https://relay.example/?a=1'],
  ['a fragment', 'https://relay.example/#a'],
  ['nothing', '  '],
  ['no host', 'https://'],
])('%s is refused', (_what, typed) => {
  expect(relayUrl(typed)).toBeNull();
});

test('what comes out is its own form, and goes encrypted or stays on this computer', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.domain()), (typed) => {
      const url = relayUrl(typed);
      if (url === null) return;
      expect(relayUrl(url)).toBe(url);
      expect(desktopUrl(url)).toMatch(/^(wss:|ws:\/\/(localhost|127\.|\[::1\]))/);
    }),
  );
});
