// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemas, settingsPatch } from '../../src-shared/ipc/schemas.ts';
import {
  isHost,
  isNetwork,
  isNumber,
  isPath,
  isPort,
  isSocketAddress,
  isStun,
  isWebAddress,
  linesOf,
} from './valid.ts';

/** What a form lets through must never be refused by main: the person would not know which field is meant. */
describe('what a form accepts, main accepts', () => {
  const accepts = (patch: unknown) => settingsPatch.safeParse(patch).success;
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9:/._-]{1,30}$/), fc.ipV4(), fc.webUrl());

  test.each([
    ['host', isHost, (value: string) => ({ sipDomain: value })],
    ['stun', isStun, (value: string) => ({ stunUrls: [value] })],
    ['path', isPath, (value: string) => ({ relayPath: value })],
    ['port', isPort, (value: string) => ({ relayPort: Number(value) })],
  ] as const)('%s', (_name, check, patch) => {
    fc.assert(
      fc.property(text, (value) => {
        if (check(value)) expect(accepts(patch(value))).toBe(true);
      }),
    );
  });

  test('IPv4 networks', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 40 }), (address, bits) => {
        const network = `${address}/${bits}`;
        expect(isNetwork(network)).toBe(bits <= 32);
        if (isNetwork(network)) expect(accepts({ relaySources: [network] })).toBe(true);
      }),
    );
  });

  test('numbers of a contact', () => {
    const draft = { id: null, name: 'A', company: '', email: '', url: '', responsible: '' };
    fc.assert(
      fc.property(text, (number) => {
        if (isNumber(number)) {
          expect(schemas['contacts.save'].safeParse([{ ...draft, numbers: [number] }]).success).toBe(true);
        }
      }),
    );
  });
});

test.each(['javascript:alert(1)', 'file:///etc/passwd', 'https://', 'crm.example', 'data:text/html,x', ''])(
  '%s is no web address',
  (address) => {
    expect(isWebAddress(address)).toBe(false);
  },
);

test('web and socket addresses', () => {
  expect(isWebAddress('https://crm.example/p/1?x=2')).toBe(true);
  expect(isSocketAddress('wss://pbx.example:4443')).toBe(true);
  expect(isSocketAddress('https://pbx.example')).toBe(false);
});

test('lines are trimmed and empty ones dropped', () => {
  expect(linesOf(' a \n\n b,c ')).toEqual(['a', 'b', 'c']);
});
