// SPDX-License-Identifier: MIT
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:http';
import { createSecureContext, type Server as TlsServer } from 'node:tls';
import { ConfigError } from './config.ts';
import type { TlsFiles } from './http.ts';
import type { RelayLog } from './log.ts';

type Paths = { readonly certFile: string; readonly keyFile: string };

export type TlsReload = {
  /** Reads the files again now. */
  reload(): void;
  close(): void;
};

const LOOK_EVERY_MS = 30_000;

/**
 * Certificate and key as they stand in their files.
 *
 * @throws ConfigError when they cannot be read, or do not belong together
 */
export function readTls({ certFile, keyFile }: Paths): TlsFiles {
  try {
    const files = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    createSecureContext(files);
    return files;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new ConfigError([`tls: ${certFile} and ${keyFile} cannot be used (${code})`]);
  }
}

/**
 * Takes a renewed certificate over for all connections to come, when its file has changed or when told. One that cannot
 * be used is warned of, and the former one stays.
 */
export function followTls(paths: Paths, server: Server, log: RelayLog, everyMs = LOOK_EVERY_MS): TlsReload {
  const reload = (): void => {
    try {
      (server as Server & Pick<TlsServer, 'setSecureContext'>).setSecureContext(readTls(paths));
      log.info('certificate read again');
    } catch (error) {
      log.warn('the new certificate cannot be used, the former one stays', { error });
    }
  };
  const looked = (now: { mtimeMs: number }, before: { mtimeMs: number }): void => {
    if (now.mtimeMs !== before.mtimeMs) reload();
  };
  for (const path of [paths.certFile, paths.keyFile]) {
    watchFile(path, { interval: everyMs, persistent: false }, looked);
  }
  return {
    reload,
    close() {
      for (const path of [paths.certFile, paths.keyFile]) unwatchFile(path, looked);
    },
  };
}
