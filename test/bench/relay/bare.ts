// SPDX-License-Identifier: MIT
import { createHmac, timingSafeEqual } from 'node:crypto';
import { fastify } from 'fastify';

/** A Fastify route that checks the signature and does nothing else: a program of its own, like the relay. */
const secret = process.argv[2] ?? '';
const app = fastify();
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, new URLSearchParams(String(body))),
);
app.post<{ Body: URLSearchParams }>('/hook', (request, reply) => {
  const get = (name: string): string => request.body.get(name) ?? '';
  const second = get('event') === 'NOTIFY_ANSWER' ? get('destination') : get('called_did');
  const text = `${get('caller_id')}${second}${get('call_start')}`;
  const wanted = Buffer.from(Buffer.from(createHmac('sha1', secret).update(text).digest('hex')).toString('base64'));
  const given = Buffer.from(String(request.headers.signature ?? ''));
  const isGenuine = given.length === wanted.length && timingSafeEqual(given, wanted);
  return reply.code(isGenuine ? 200 : 403).send('');
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
console.log(typeof address === 'object' ? address?.port : '');
