// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiOrigin, centreNamed, centreOfAccounts, usualApi, webOrigin } from './centres.ts';

const eu = centreNamed('eu');
const loopback = centreNamed('http://127.0.0.1:4000');

describe('the data centre an administrator names', () => {
  it.each([
    ['', 'https://accounts.zoho.com'],
    ['us', 'https://accounts.zoho.com'],
    [' EU ', 'https://accounts.zoho.eu'],
    ['cn', 'https://accounts.zoho.com.cn'],
    ['crm.zoho.com.au', 'https://accounts.zoho.com.au'],
    ['https://crm.zoho.in/crm/org123/tab/Home/begin', 'https://accounts.zoho.in'],
    ['https://accounts.zohocloud.ca', 'https://accounts.zohocloud.ca'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ])('%j', (text, accounts) => {
    expect(centreNamed(text).accounts).toBe(accounts);
  });

  it.each([
    'http://accounts.zoho.eu',
    'https://accounts.zoho.eu:8443',
    'accounts.zoho.eu.example.com',
    'zoho.eu',
    'example.com',
    'https://user@crm.zoho.eu',
    'http://192.168.1.1',
    'javascript:alert(1)',
    '\\',
  ])('%j is none', (text) => {
    expect(() => centreNamed(text)).toThrow(expect.objectContaining({ failure: 'refused' }));
  });
});

describe('the accounts server a redirect names', () => {
  it.each(['https://accounts.zoho.in', 'https://accounts.zoho.in/', 'HTTPS://ACCOUNTS.ZOHO.IN'])('%s', (text) => {
    expect(centreOfAccounts(text, eu)?.code).toBe('in');
  });

  it.each([
    ...['https://accounts.zoho.eu.evil.example', 'https://accounts.zoho.eu@evil.example', 'https://accounts-zoho.eu'],
    ...['https://evil.example/accounts.zoho.eu', 'https://evil.example#accounts.zoho.eu', 'http://accounts.zoho.eu'],
    ...['https://accounts.zoho.eu\\@evil.example', 'https://accounts.zoho.eu:444', 'https://accounts.zohо.eu', ''],
    ...[
      'https://accounts.zoho.eu.',
      'https://accounts.zoho.eu%2eevil.example',
      '//accounts.zoho.eu',
      'accounts.zoho.eu',
    ],
    ...['https://accounts.zoho.eu?x=https://evil.example', ' https://accounts.zoho.eu', 'http://127.0.0.1:4000'],
  ])('%j is none', (text) => {
    expect(centreOfAccounts(text, eu)).toBeNull();
  });

  it('is on loopback for a test server alone', () => {
    expect(centreOfAccounts('http://127.0.0.1:4001', loopback)?.accounts).toBe('http://127.0.0.1:4001');
    expect(centreOfAccounts('http://192.168.0.1:4001', loopback)).toBeNull();
  });

  it('is never anybody else’s', () => {
    const host = fc.oneof(
      fc.webUrl(),
      fc.domain().map((name) => `https://${name}`),
      fc.string(),
    );
    fc.assert(
      fc.property(host, fc.constantFrom('', 'https://accounts.zoho.eu', '.zoho.eu'), (text, part) => {
        for (const one of [text + part, part + text]) {
          const found = centreOfAccounts(one, eu);
          if (found !== null) expect(new URL(one).origin).toBe(found.accounts);
        }
      }),
    );
  });
});

describe('the API a token answer names', () => {
  it.each([
    ...['https://www.zohoapis.eu', 'https://www.zohoapis.com.au', 'https://sandbox.zohoapis.in'],
    ...['https://developer.zohoapis.com', 'https://www.zohoapis.ca'],
  ])('%s', (text) => {
    expect(apiOrigin(text, eu)).toBe(text);
  });

  it.each([
    ...['https://zohoapis.eu', 'https://evil.zohoapis.eu', 'https://www.zohoapis.eu.evil.example', ''],
    ...['http://www.zohoapis.eu', 'https://www.zohoapis.eu:8443', 'https://www.zohoapis.eu/crm', 'http://127.0.0.1:1'],
  ])('%j is none', (text) => {
    expect(apiOrigin(text, eu)).toBeNull();
  });
});

it('knows where API and pages usually are', () => {
  expect([usualApi(eu), webOrigin(eu)]).toEqual(['https://www.zohoapis.eu', 'https://crm.zoho.eu']);
  expect([usualApi(loopback), webOrigin(loopback)]).toEqual(['http://127.0.0.1:4000', 'http://127.0.0.1:4000']);
});
