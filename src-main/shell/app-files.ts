// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { WindowKind } from '../../src-shared/ipc/map.ts';
import { contentSecurityPolicy, permissionsPolicy } from './csp.ts';

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
};

/** Stands in index.html as `<meta property="csp-nonce" nonce="{{csp-nonce}}">`; a fresh value is put in at each load. */
const NONCE_MARK = '{{csp-nonce}}';

/**
 * The file of `root` that `app://megadial/<path>` names, or null for anything else: another host, a path that leaves
 * the folder in whatever spelling, a type we do not ship.
 */
export function assetPath(root: string, url: string): { path: string; mime: string } | null {
  let pathname: string;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== 'app:' || parsed.host !== 'megadial') return null;
    pathname = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  // Colons and backslashes mean drives, streams and folders on Windows; no file of ours has them.
  if (/[\\:\0]/.test(pathname) || pathname.split('/').includes('..')) return null;
  const base = resolve(root);
  const path = resolve(base, `.${pathname}`);
  const mime = MIME[extname(path).toLowerCase()];
  return path.startsWith(base + sep) && mime !== undefined ? { path, mime } : null;
}

/** Answers one request for `app://megadial/…`: the file with our headers, 404, or 405. */
export async function appResponse(root: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 });
  const asset = assetPath(root, request.url);
  if (asset === null) return new Response(null, { status: 404 });
  let body: Uint8Array<ArrayBuffer> | string;
  try {
    body = Uint8Array.from(await readFile(asset.path));
  } catch {
    return new Response(null, { status: 404 });
  }
  const headers = new Headers({
    'Content-Type': asset.mime,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
  });
  const kind = windowOf(request.url);
  let nonce: string | null = null;
  if (asset.mime.startsWith('text/html')) {
    const html = new TextDecoder().decode(body);
    if (html.includes(NONCE_MARK)) nonce = randomBytes(16).toString('base64');
    body = html.replaceAll(NONCE_MARK, nonce ?? '');
  }
  headers.set('Content-Security-Policy', contentSecurityPolicy(kind, nonce));
  headers.set('Permissions-Policy', permissionsPolicy(kind));
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

/** A page outside the three folders gets the popup's policy, which allows least. */
function windowOf(url: string): WindowKind {
  const folder = new URL(url).pathname.split('/')[1];
  return folder === 'main' || folder === 'engine' ? folder : 'popup';
}
