// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { instanceUrl, loginUrl } from './hosts.ts';
import { salesforceOptions } from './options.ts';
import { salesforceProvider } from './provider.ts';

it.each([
  ['', 'https://login.salesforce.com'],
  ['login', 'https://login.salesforce.com'],
  ['test', 'https://test.salesforce.com'],
  ['northwind.my.salesforce.com', 'https://northwind.my.salesforce.com'],
  [
    'https://northwind--uat.sandbox.lightning.force.com/lightning/page',
    'https://northwind--uat.sandbox.my.salesforce.com',
  ],
  ['northwind.my.salesforce-setup.com/lightning/setup', 'https://northwind.my.salesforce.com'],
  [' https://NORTHWIND.my.salesforce.com/ ', 'https://northwind.my.salesforce.com'],
  ['http://northwind.my.salesforce.com', 'https://northwind.my.salesforce.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
])('%j logs in at %s', (text, url) => {
  expect(loginUrl(text)).toBe(url);
});

it.each([
  'https://salesforce.com.evil.example',
  'https://evil.example/?x=.salesforce.com',
  'evilsalesforce.com',
  'https://user@login.salesforce.com',
  'https://login.salesforce.com:8443',
  'javascript:alert(1)',
  'https://login.salesforce.com.',
  'a b',
])('%j is refused', (text) => {
  expect(() => loginUrl(text)).toThrow(expect.objectContaining({ failure: 'refused' }));
});

const LOGIN = 'https://login.salesforce.com';

it.each([
  ['https://northwind-dev-ed.develop.my.salesforce.com', LOGIN, 'https://northwind-dev-ed.develop.my.salesforce.com'],
  ['https://northwind.my.salesforce.com/path?x', LOGIN, 'https://northwind.my.salesforce.com'],
  ['https://evil.example', LOGIN, null],
  ['https://evil.example#.salesforce.com', LOGIN, null],
  ['https://a@b.my.salesforce.com', LOGIN, null],
  ['https://northwind.my.salesforce.com:444', LOGIN, null],
  ['http://127.0.0.1:80', LOGIN, null],
  ['http://127.0.0.1:81', 'http://127.0.0.1:80', 'http://127.0.0.1:81'],
  ['', LOGIN, null],
])('the organisation’s server %j after %s is %j', (text, login, expected) => {
  expect(instanceUrl(text, login)).toBe(expected);
});

it('options that are missing or odd are the defaults', () => {
  const odd = { apiVersion: 'new', leadCompany: '', searchStored: 'yes', dealDays: -1, clientId: ' key ' };
  expect(salesforceOptions(odd)).toEqual({ ...salesforceOptions({}), clientId: 'key' });
  expect(salesforceOptions({})).toMatchObject({ apiVersion: 68, leadCompany: 'Unknown', allowDuplicates: false });
});

it('a token answer that names a foreign server is not trusted', () => {
  const provider = salesforceProvider(salesforceOptions({}), async () => null);
  const answer = { instance_url: 'https://evil.example', id: '' };
  expect(() => provider.answerFacts(answer)).toThrow(expect.objectContaining({ code: 'oauth.bad-reply' }));
  expect(provider.answerFacts({})).toEqual({});
});
