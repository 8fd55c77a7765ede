// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../test/lab/kamailio.ts';
import { createNames, type Names, urlFor } from './names.ts';
import { nameIn } from './names-reply.ts';
import { createNamesRequest, type NamesRequest } from './names-request.ts';

const NUMBER = '+34600111222';

describe("what a CRM's answer says", () => {
  it.each([
    ['application/json', '{"name":"Marta Ibarra"}', 'Marta Ibarra'],
    ['application/json; charset=utf-8', '{"caller_name":" Marta ","name":"x"}', 'Marta'],
    ['text/html', '{"name":"Marta"}', null],
    ['', '{"names":{"34600111222":"Marta","34600111223":"Ana"}}', 'Marta'],
    ['', '{"names":{"600 11 12 22":"Marta"}}', 'Marta'],
    ['', '{"names":{"0034600111222":"Marta"}}', 'Marta'],
    ['', '{"names":{"+34600111223":"Ana"}}', ''],
    ['', '{"names":{"2":"Ana"}}', ''],
    ['', '[{"name":"Marta"},{"name":"Ana"}]', 'Marta'],
    ['', '[]', ''],
    ['', '{}', ''],
    ['application/json', 'null', ''],
    ['application/json', '"Marta"', 'Marta'],
    ['application/json', '42', ''],
    ['', '{"name":null}', ''],
    ['', '{"name":{"first":"Marta"}}', ''],
    ['', '{"name":"', null],
    ['application/json', 'Marta', null],
    ['text/plain', '\uFEFFМарта Ибарра\n', 'Марта Ибарра'],
    ['', '', ''],
    ['text/plain', '<!doctype html><title>Log in</title>', null],
    ['text/plain', 'two\nlines', null],
    ['text/plain', 'x'.repeat(201), null],
    ['application/json', `{"name":"${'x'.repeat(201)}"}`, ''],
    ['application/json', '['.repeat(50_000), null],
  ])('%s %s', (type, body, name) => {
    expect(nameIn(type, body, NUMBER)).toBe(name);
  });

  it('may be keyed by the number of the question in any form with its digits', () => {
    expect(nameIn('', '{"names":{"0600111222":"Marta"}}', NUMBER)).toBe('Marta');
  });
});

describe('the address of a question', () => {
  it.each([
    ['https://crm.example/n/{number}', 'https://crm.example/n/%2B34600111222'],
    ['https://crm.example/n?q={number}&k=1', 'https://crm.example/n?q=%2B34600111222&k=1'],
    ['https://crm.example/n', 'https://crm.example/n?number=%2B34600111222'],
    ['https://crm.example/n?k=1', 'https://crm.example/n?k=1&number=%2B34600111222'],
    ['nonsense', undefined],
  ])('%s', (template, address) => {
    expect(urlFor(template, NUMBER)?.href).toBe(address);
  });
});

describe('names by number', () => {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-names-'));
  let crm: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  let asked: string[] = [];
  let ca: string;
  let clock = 0;
  const open: { close(): void }[] = [];

  beforeAll(async () => {
    makeCertificate(dir, '127.0.0.1');
    ca = readFileSync(join(dir, 'cert.pem'), 'utf8');
    crm = createServer({ key: readFileSync(join(dir, 'key.pem')), cert: ca }, (request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve));
    origin = `https://127.0.0.1:${(crm.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
    asked = [];
    crm.closeAllConnections();
  });
  afterAll(async () => {
    await new Promise((resolve) => crm.close(resolve));
    rmSync(dir, { recursive: true });
  });

  const said: string[] = [];
  const log = { warn: (message: string, fields?: unknown) => void said.push(`${message} ${JSON.stringify(fields)}`) };
  const start = (request: NamesRequest = createNamesRequest(true, ca), timeoutMs = 5_000): Names => {
    const names = createNames({ request, now: () => clock, timeoutMs, log });
    open.push(names);
    return names;
  };
  const ask = (names: Names, number = NUMBER) => names.ask('a', `${origin}/name?key=hidden`, number);
  const json = (value: unknown) => (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(value));
  };

  it('asks once for many who want to know, and again after some minutes', async () => {
    const names = start();
    answer = json({ name: 'Marta' });
    expect(await Promise.all([ask(names), ask(names), ask(names)])).toEqual(['Marta', 'Marta', 'Marta']);
    expect(asked).toEqual(['/name?key=hidden&number=%2B34600111222']);
    answer = json({});
    expect(await ask(names, '+34600111223')).toBe('');
    expect(await ask(names, '+34600111223')).toBe('');
    expect(asked).toHaveLength(2);
    clock += 5 * 60_000;
    expect(await ask(names)).toBe('');
    expect(asked).toHaveLength(3);
  });

  it.each([204, 404])('takes %d for nobody', async (status) => {
    answer = (_request, response) => void response.writeHead(status).end();
    expect(await ask(start())).toBe('');
  });

  it.each<[string, typeof answer]>([
    ['a redirect', (_request, response) => void response.writeHead(302, { Location: '/elsewhere' }).end()],
    ['an error', (_request, response) => void response.writeHead(500).end('{"name":"x"}')],
    ['a page', (_request, response) => void response.setHeader('Content-Type', 'text/html').end('<p>Log in</p>')],
    ['a closed door', (request) => void request.socket.destroy()],
    [
      'half an answer',
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{"name":', () => response.socket?.destroy());
      },
    ],
  ])('does not take %s for an answer, nor asks again at once', async (_name, bad) => {
    const names = start();
    answer = bad;
    expect(await ask(names)).toBeNull();
    answer = json({ name: 'Marta' });
    expect(await ask(names)).toBeNull();
    expect(asked).toHaveLength(1);
    clock += 30_000;
    expect(await ask(names)).toBe('Marta');
  });

  it('stops reading an answer that has no end', async () => {
    const gone = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.on('close', resolve);
        const more = (): void => {
          while (response.write('x'.repeat(10_000))) {}
          response.once('drain', more);
        };
        more();
      };
    });
    expect(await ask(start())).toBeNull();
    await gone;
  });

  it('gives up on a CRM that says nothing', async () => {
    answer = () => {};
    expect(await ask(start(undefined, 50))).toBeNull();
  });

  it('leaves a CRM alone that fails again and again, and comes back', async () => {
    const names = start();
    answer = (request) => void request.socket.destroy();
    for (let n = 0; n < 10; n++) expect(await ask(names, `+3460011130${n}`)).toBeNull();
    expect(asked).toHaveLength(5);
    clock += 30_000;
    answer = json({ name: 'Marta' });
    expect(await ask(names)).toBe('Marta');
  });

  it('does not wait for more than a few answers at a time', async () => {
    let waiting = 0;
    const names = start({ get: () => new Promise(() => void waiting++), close() {} });
    const answers = Array.from({ length: 30 }, (_, n) => ask(names, `+346001113${n}`));
    expect(await Promise.all(answers.slice(20))).toEqual(new Array(10).fill(null));
    expect(waiting).toBe(20);
  });

  it('goes to no address of a private network, by number or by name, and never without TLS', async () => {
    const names = start(createNamesRequest(false, ca));
    answer = json({ name: 'Marta' });
    const { port } = new URL(origin);
    const inside = [
      '127.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      'localhost',
      '10.0.0.1',
      '169.254.169.254',
    ];
    for (const host of [...inside, '100.64.0.1', '[fd00::1]', '0.0.0.0']) {
      clock += 60_000;
      expect(await names.ask('a', `https://${host}:${port}/name`, NUMBER)).toBeNull();
      expect(said.at(-1)).toContain('address not allowed');
    }
    clock += 60_000;
    expect(await names.ask('a', `http://93.184.216.34:${port}/name`, NUMBER)).toBeNull();
    expect(said.at(-1)).toContain('not https');
    expect(asked).toEqual([]);
  });

  it('trusts no certificate that the system does not', async () => {
    expect(await ask(start(createNamesRequest(true)))).toBeNull();
    expect(asked).toEqual([]);
  });

  it('tells the log neither the number nor the key in the address', () => {
    expect(said.length).toBeGreaterThan(10);
    expect(said.join()).not.toMatch(/hidden|34600111/);
  });
});
