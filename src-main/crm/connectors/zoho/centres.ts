// SPDX-License-Identifier: MIT
import { CrmError } from '../../api.ts';
import { isLoopback } from '../../http-url.ts';

/** One of Zoho's data centres: an organisation lives in one of them, with servers of its own. */
export type Centre = {
  readonly code: string;
  /** Origin of the server that signs people in and hands out tokens. */
  readonly accounts: string;
  /** Domain of the API's hosts; the origin itself for a test server on loopback. */
  readonly api: string;
  /** Host of the pages people see. */
  readonly web: string;
};

const centre = (code: string, accounts: string, api: string, web: string): Centre => ({
  ...{ code, accounts: `https://${accounts}`, api, web },
});

/** crm-connectors.md section 3.1. Web hosts of in, jp, cn, sa, ca, uk and the API's of uk are UNCONFIRMED. */
const CENTRES: readonly Centre[] = [
  centre('us', 'accounts.zoho.com', 'zohoapis.com', 'crm.zoho.com'),
  centre('eu', 'accounts.zoho.eu', 'zohoapis.eu', 'crm.zoho.eu'),
  centre('in', 'accounts.zoho.in', 'zohoapis.in', 'crm.zoho.in'),
  centre('au', 'accounts.zoho.com.au', 'zohoapis.com.au', 'crm.zoho.com.au'),
  centre('jp', 'accounts.zoho.jp', 'zohoapis.jp', 'crm.zoho.jp'),
  centre('cn', 'accounts.zoho.com.cn', 'zohoapis.com.cn', 'crm.zoho.com.cn'),
  centre('sa', 'accounts.zoho.sa', 'zohoapis.sa', 'crm.zoho.sa'),
  centre('ca', 'accounts.zohocloud.ca', 'zohoapis.ca', 'crm.zohocloud.ca'),
  centre('uk', 'accounts.zoho.uk', 'zohoapis.uk', 'crm.zoho.uk'),
];

/**
 * The data centre an administrator names: its code (`eu`), or an address of it copied from the browser. `http://` on
 * loopback is taken for a test server.
 *
 * @throws CrmError `refused` for anything else: a browser would be sent there to type a password
 */
export function centreNamed(text: string): Centre {
  const given = text.trim().toLowerCase();
  const coded = CENTRES.find(({ code }) => code === (given || 'us'));
  if (coded !== undefined) return coded;
  const origin = originOf(/^https?:\/\//.test(given) ? given : `https://${given}`);
  if (origin !== null && isTestServer(origin)) return testServer(origin);
  const found = CENTRES.find(({ accounts, web }) => origin === accounts || origin === `https://${web}`);
  if (found === undefined) throw new CrmError('refused', 'the address is none of Zoho');
  return found;
}

/**
 * The data centre whose accounts server this is, as a redirect names it; null for any other server. A secret is sent
 * there. Only who began at a test server may be sent to another one.
 */
export function centreOfAccounts(text: string, began: Centre): Centre | null {
  if (!isBare(text)) return null;
  const origin = originOf(text);
  if (origin !== null && isTestServer(origin)) return isTestServer(began.accounts) ? testServer(origin) : null;
  return CENTRES.find(({ accounts }) => accounts === origin) ?? null;
}

/**
 * Origin of the API as a token answer names it; null for a server that is none of theirs. Sandboxes and developer
 * editions have hosts of their own.
 */
export function apiOrigin(text: string, began: Centre): string | null {
  const origin = isBare(text) ? originOf(text) : null;
  if (origin === null) return null;
  if (isTestServer(origin)) return isTestServer(began.accounts) ? origin : null;
  const isTheirs = CENTRES.some(({ api }) =>
    ['www', 'sandbox', 'developer'].some((kind) => origin === `https://${kind}.${api}`),
  );
  return isTheirs ? origin : null;
}

/** Where a centre's API is when no token answer has said so. */
export function usualApi({ api }: Centre): string {
  return isTestServer(api) ? api : `https://www.${api}`;
}

/** Origin of the pages people see. */
export function webOrigin({ accounts, web }: Centre): string {
  return isTestServer(accounts) ? accounts : `https://${web}`;
}

/** Scheme, host and port, and nothing else that could hide another host. */
function isBare(text: string): boolean {
  return /^https?:\/\/[a-z0-9.:-]+\/?$/i.test(text);
}

function originOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url === null || url.username !== '' || url.password !== '' ? null : url.origin;
}

function isTestServer(origin: string): boolean {
  return origin.startsWith('http://') && isLoopback(new URL(origin).hostname);
}

function testServer(origin: string): Centre {
  return { code: 'test', accounts: origin, api: origin, web: new URL(origin).host };
}
