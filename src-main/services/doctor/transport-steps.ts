// SPDX-License-Identifier: MIT
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import WebSocket from 'ws';
import { codesOf, type Finding, failed, ok, skipped } from './steps.ts';

const DNS_MS = 4_000;
const TCP_MS = 4_000;
const TLS_MS = 4_000;
const WEBSOCKET_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;
const SOON_MS = 14 * DAY_MS;
const MAX_MESSAGE = 256 * 1024;

export type Place = { readonly host: string; readonly port: number; readonly isSecure: boolean };

/** Where a ws:// or wss:// address leads; null when it is none. */
export function placeOf(url: string): Place | null {
  try {
    const { protocol, hostname, port } = new URL(url);
    if (protocol !== 'ws:' && protocol !== 'wss:') return null;
    const isSecure = protocol === 'wss:';
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (isSecure ? 443 : 80)), isSecure };
  } catch {
    return null;
  }
}

export async function checkName(host: string): Promise<Finding> {
  if (isIP(host) !== 0) return ok('literal');
  const late = sleep(DNS_MS, null, { ref: false });
  try {
    const addresses = await Promise.race([lookup(host, { all: true }), late]);
    if (addresses === null) return failed('no-answer');
    return ok(
      'ok',
      addresses
        .slice(0, 3)
        .map(({ address }) => address)
        .join(', '),
    );
  } catch (error) {
    const codes = codesOf(error);
    return failed(codes.includes('ENOTFOUND') ? 'not-found' : 'no-answer', codes.join(' '));
  }
}

export function checkPort({ host, port }: Place, signal: AbortSignal): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, autoSelectFamily: true, signal });
    const end = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.setTimeout(TCP_MS, () => end(failed('timeout')));
    socket.once('connect', () => end(ok('ok', socket.remoteAddress)));
    socket.once('error', (error) => {
      const codes = codesOf(error);
      const is = (...names: string[]) => codes.some((code) => names.includes(code));
      end(failed(is('ECONNREFUSED') ? 'refused' : is('ETIMEDOUT') ? 'timeout' : 'unreachable', codes.join(' ')));
    });
  });
}

/** Authorities: those of the program, those of the operating system as the engine's browser has them, and `more`. */
export function authorities(more: readonly string[]): string[] {
  let system: string[] = [];
  try {
    system = tls.getCACertificates('system');
  } catch {
    // A system whose store cannot be read: the program's own must do.
  }
  return [...tls.rootCertificates, ...system, ...more];
}

export function checkCertificate(
  { host, port, isSecure }: Place,
  options: { readonly ca: string[]; readonly now: number; readonly signal: AbortSignal },
): Promise<Finding> {
  if (!isSecure) return Promise.resolve(skipped('plain'));
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    // Accepted here so that it can be looked at; nothing is sent over this connection.
    const socket = tls.connect({ host, port, ca: options.ca, rejectUnauthorized: false, ...servername });
    const end = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    options.signal.addEventListener('abort', () => end(failed('late')), { once: true });
    socket.setTimeout(TLS_MS, () => end(failed('handshake')));
    socket.once('error', (error) => end(failed('handshake', codesOf(error).join(' '))));
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const names = tls.checkServerIdentity(host, certificate);
      end(judgeCertificate(certificate, names === undefined, socket.authorizationError, options.now));
    });
  });
}

type Certificate = Pick<tls.PeerCertificate, 'valid_from' | 'valid_to' | 'subject' | 'issuer'>;

/** @param problem Node's verdict, e.g. `SELF_SIGNED_CERT_IN_CHAIN`; its own look at the clock and name is not needed. */
export function judgeCertificate(certificate: Certificate, fits: boolean, problem: unknown, now: number): Finding {
  const [from, to] = [Date.parse(certificate.valid_from), Date.parse(certificate.valid_to)];
  const day = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : '?');
  const name = (who: tls.Certificate | undefined) => String(who?.O ?? who?.CN ?? '?');
  const detail = `${name(certificate.issuer)}, ${day(from)} – ${day(to)}`;
  if (now > to) return failed('expired', detail);
  if (now < from) return failed('not-yet-valid', detail);
  if (!fits) return failed('wrong-name', String(certificate.subject?.CN ?? '?'));
  if (problem) {
    const code = problem instanceof Error ? (codesOf(problem)[0] ?? problem.message) : String(problem);
    return failed('untrusted', `${code}: ${name(certificate.issuer)}`);
  }
  return ok(to - now < SOON_MS ? 'expires-soon' : 'ok', detail);
}

/** Opens the WebSocket; the caller closes the one it gets. */
export function openWebSocket(
  url: string,
  options: { readonly ca: string[]; readonly signal: AbortSignal },
): Promise<{ readonly finding: Finding; readonly socket: WebSocket | null }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, 'sip', {
      ca: options.ca,
      handshakeTimeout: WEBSOCKET_MS,
      followRedirects: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE,
    });
    const fail = (finding: Finding) => {
      resolve({ finding, socket: null });
      socket.terminate();
    };
    options.signal.addEventListener('abort', () => fail(failed('late')), { once: true });
    socket.once('open', () => resolve({ finding: ok('ok', socket.protocol), socket }));
    socket.once('unexpected-response', (_request, response) => {
      fail(failed('not-websocket', `${response.statusCode} ${response.statusMessage ?? ''}`));
    });
    socket.once('close', () => fail(failed('closed')));
    // Stays: an error after the opening must not end the program.
    socket.on('error', ({ message }) => {
      if (/subprotocol/i.test(message)) fail(failed('no-sip'));
      else if (/timed out/i.test(message)) fail(failed('timeout'));
      else if (/socket hang up|ECONNRESET/i.test(message)) fail(failed('closed'));
      else fail(failed('not-websocket', message));
    });
  });
}
