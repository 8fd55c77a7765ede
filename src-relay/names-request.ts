// SPDX-License-Identifier: MIT
import { lookup as resolve } from 'node:dns';
import { Agent, get } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import ipaddr from 'ipaddr.js';

export type NamesRequest = {
  /** The reply's type and text; '' for 204 and 404. Rejects with anything else, a redirect among it. */
  get(url: URL, timeoutMs: number): Promise<{ readonly contentType: string; readonly body: string }>;
  close(): void;
};

const LARGEST = 64 * 1024;
const CONNECTIONS = 20;

/**
 * HTTPS to an address that an admin typed. The name is resolved here and the address looked at before it is connected
 * to, so that neither a typed address nor a name that points inside reaches what only the relay's own network may.
 *
 * @param allowPrivate addresses of the company's own network are fine
 * @param ca certificates to trust besides the usual ones, PEM: of a company's own CRM
 */
export function createNamesRequest(allowPrivate: boolean, ca?: string): NamesRequest {
  const isAllowed = (address: string): boolean => allowPrivate || isPublic(address);
  const lookup: LookupFunction = (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      const allowed = error ? [] : found.filter(({ address }) => isAllowed(address));
      const first = allowed[0];
      if (first === undefined) done(error ?? new Error('address not allowed'), '', 0);
      else if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
  const trusted = ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, lookup, ...trusted });

  return {
    async get(url, timeoutMs) {
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (url.protocol !== 'https:') throw new Error('not https');
      if (isIP(host) !== 0 && !isAllowed(host)) throw new Error('address not allowed');
      return fetchText(url, agent, AbortSignal.timeout(timeoutMs));
    },
    close: () => agent.destroy(),
  };
}

function fetchText(url: URL, agent: Agent, signal: AbortSignal): Promise<{ contentType: string; body: string }> {
  return new Promise((done, fail) => {
    const headers = { Accept: 'application/json, text/plain' };
    const request = get(url, { agent, headers, signal }, (response) => {
      const { statusCode = 0 } = response;
      const stop = (why: string): void => {
        request.destroy();
        fail(new Error(why));
      };
      if (statusCode === 204 || statusCode === 404) {
        response.resume();
        done({ contentType: '', body: '' });
        return;
      }
      if (statusCode !== 200) {
        stop(`status ${statusCode}`);
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > LARGEST) stop('too large');
        else chunks.push(chunk);
      });
      response.on('end', () =>
        done({ contentType: response.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', fail);
    });
    request.on('error', fail);
  });
}

/** Not loopback, not of a private, carrier's or reserved network, in either family. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
