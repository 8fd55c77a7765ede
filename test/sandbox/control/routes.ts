// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { applyPatch } from '../faults.ts';
import type { Sandbox } from '../index.ts';
import { bundleJssip } from './jssip-bundle.ts';
import { runScenario } from './scenarios.ts';

const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'phone.js': 'text/javascript; charset=utf-8',
  'panel.js': 'text/javascript; charset=utf-8',
};

/** The JSON body as an object; anything else is an empty one. */
function bodyOf(request: FastifyRequest): Record<string, unknown> {
  if (!Buffer.isBuffer(request.body)) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const object = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** Mounts the control page and its API. `running` is null only until the server listens. */
export function mountControl(app: FastifyInstance, running: () => Sandbox | null): void {
  const sandbox = (): Sandbox => {
    const current = running();
    if (current === null) throw new Error('The sandbox is not up yet.');
    return current;
  };

  app.get('/control', (_request, reply) => reply.redirect('/control/'));
  app.get('/control/jssip.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(await bundleJssip()),
  );
  app.get<{ Params: { '*': string } }>('/control/*', async (request, reply) => {
    const name = request.params['*'] === '' ? 'index.html' : request.params['*'];
    const type = FILES[name];
    if (type === undefined) return reply.code(404).type('text/plain').send('Not found');
    return reply.type(type).send(await readFile(new URL(`./${name}`, import.meta.url)));
  });

  // Any web page may POST to loopback: only our own page and programs (which send no Origin) are heard.
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (request.url.startsWith('/control/api/') && origin !== undefined && origin !== sandbox().url) {
      await reply.code(403).send({ error: 'origin' });
    }
  });

  app.get<{ Querystring: { after?: string } }>('/control/api/state', async (request) => {
    const { account, sip, url, webhooks, api, recordings, history, switch: sipSwitch } = sandbox();
    const after = Number(request.query.after ?? 0);
    return {
      url,
      account,
      sip,
      online: sipSwitch?.registered() ?? [],
      running: sipSwitch?.running() ?? false,
      webhookUrls: webhooks.urls,
      webhooks: webhooks.log.filter((entry) => entry.id > after).slice(-50),
      faults: { api: api.faults, webhooks: webhooks.faults },
      requests: api.log.slice(-20).map(({ at, method, path, status }) => ({ at, method, path, status })),
      recordings: recordings.list(),
      calls: history.rows.length,
    };
  });

  app.post('/control/api/faults', async (request) => {
    const body = bodyOf(request);
    const { api, webhooks } = sandbox();
    const refused = [
      ...applyPatch(api.faults, object(body.api)),
      ...applyPatch(webhooks.faults, object(body.webhooks)),
    ];
    return { refused, api: api.faults, webhooks: webhooks.faults };
  });

  app.post('/control/api/webhook-url', async (request) => {
    const { url } = bodyOf(request);
    sandbox().setWebhookUrl(typeof url === 'string' && url !== '' ? url : null);
    return sandbox().webhooks.urls;
  });

  app.post('/control/api/webhook', async (request) => {
    const body = bodyOf(request);
    const fields = Object.fromEntries(Object.entries(object(body.fields)).map(([key, value]) => [key, String(value)]));
    return sandbox().webhooks.send(text(body.event, 'NOTIFY_START'), fields, object(body.options));
  });

  app.post('/control/api/scenario', async (request, reply) => {
    const body = bodyOf(request);
    const { account } = sandbox();
    const done = await runScenario(sandbox(), text(body.name, ''), {
      from: text(body.from, account.customer.number),
      did: text(body.did, account.dids[0] ?? ''),
      extension: text(body.extension, account.extensions[0]?.number ?? '101'),
    });
    return done === null ? reply.code(404).send({ error: 'No such scenario' }) : done;
  });

  app.post('/control/api/switch', async (request, reply) => {
    const sipSwitch = sandbox().switch;
    if (sipSwitch === null) return reply.code(409).send({ error: 'There is no switch' });
    const { action } = bodyOf(request);
    if (action === 'drop') sipSwitch.dropAll();
    else if (action === 'stop') sipSwitch.stop();
    else if (action === 'start') sipSwitch.start();
    else return reply.code(400).send({ error: 'action is drop, stop or start' });
    return { running: sipSwitch.running() };
  });
}
