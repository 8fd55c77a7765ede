// SPDX-License-Identifier: MIT
import { chmodSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type Admin, type AdminCommand, AdminError, adminCommand } from './admin.ts';
import { createHttp } from './http.ts';

/**
 * A running relay takes its operator's commands on a Unix socket that only its own user and root may open: one SQLite
 * file has one process, and no token is needed for what the file system already protects.
 */
export async function listenForAdmin(path: string, admin: Admin): Promise<FastifyInstance> {
  const app = createHttp({ tls: null, cutOff: true, onRefused: () => {} });
  app.post('/', async (message, reply) => {
    const command = adminCommand.safeParse(JSON.parse(String(message.body)));
    if (!command.success) return reply.code(400).send({ error: sentenceOf(command.error) });
    try {
      return reply.send({ lines: await admin(command.data) });
    } catch (error) {
      return reply.code(error instanceof AdminError ? 400 : 500).send({ error: messageOf(error) });
    }
  });
  // Left behind by a relay that was killed; the database's lock says that none is running.
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  try {
    await app.listen({ path });
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
  return app;
}

/**
 * Asks the relay that listens there. Null when none does.
 *
 * @throws AdminError with what the relay said
 */
export function askRelay(path: string, command: AdminCommand): Promise<readonly string[] | null> {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath: path, path: '/', method: 'POST', agent: false }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      reply.on('error', reject).on('end', () => {
        const { lines, error } = JSON.parse(text) as { lines?: readonly string[]; error?: string };
        if (lines === undefined) reject(new AdminError(error ?? 'the relay did not answer'));
        else resolve(lines);
      });
    });
    question.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else if (error.code === 'EACCES') reject(new AdminError(`${path}: only root and the relay's own user may ask`));
      else reject(error);
    });
    question.end(JSON.stringify(command));
  });
}

function sentenceOf(error: { readonly issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
