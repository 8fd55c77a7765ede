// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Fault, type Faults, noFaults, takeFault } from './faults.ts';

/** A request as an emulator reads it. */
export type Call = {
  readonly method: string;
  /** Without the query; percent-encoding as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON; nothing for an empty body. */
  readonly body?: unknown;
};

export type EmulatorServer = {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly faults: Faults;
  /** Every request that arrived, those that went wrong too. */
  readonly calls: Call[];
  close(): Promise<void>;
};

const MAX_REQUEST_BYTES = 5_000_000;

/** An emulator's server on a free port of loopback: reads a request, lets `answer` answer it, spoils the answer. */
export async function startServer(answer: (call: Call) => Answer | Promise<Answer>): Promise<EmulatorServer> {
  const faults = noFaults();
  const calls: Call[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await read(request);
    calls.push(call);
    const fault = takeFault(faults, `${call.method} ${call.path}`);
    if (fault === null) return send(response, await answer(call));
    await spoil(fault, response, async () => answer(call));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, { status: 500, body: `emulator: ${String(error)}` });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw new Error('request too large');
    chunks.push(chunk);
  }
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
  return {
    method: request.method ?? '',
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** JSON text of an answer, '' for none. */
function textOf({ body }: Answer): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function send(response: ServerResponse, answer: Answer): void {
  const isText = typeof answer.body === 'string';
  const type = answer.body === undefined ? {} : { 'Content-Type': isText ? 'text/html' : 'application/json' };
  response.writeHead(answer.status, { ...type, ...answer.headers });
  response.end(textOf(answer));
}

async function spoil(fault: Fault, response: ServerResponse, carryOut: () => Promise<Answer>): Promise<void> {
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
  switch (fault.kind) {
    case 'html':
      return send(response, { status: 502, body: '<html><body><h1>Bad Gateway</h1></body></html>' });
    case 'html-ok':
      return send(response, { status: 200, body: '<!DOCTYPE html><html><body><form>Log in</form></body></html>' });
    case 'empty':
      return send(response, { status: (await carryOut()).status });
    case 'huge':
      return send(response, { status: 200, body: [{ filler: 'x'.repeat(10_000_000) }] });
    case 'gzip-bomb': {
      const body = gzipSync(Buffer.alloc(100_000_000, 0x20));
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(body);
      return;
    }
    case 'half-json': {
      const answer = await carryOut();
      const text = textOf(answer);
      const headers = { 'Content-Type': 'application/json', ...answer.headers };
      return send(response, { ...answer, headers, body: text.slice(0, Math.ceil(text.length / 2)) });
    }
    case 'cut-body': {
      const text = textOf(await carryOut());
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length + 100 });
      response.write(text, () => response.destroy());
      return;
    }
    case 'slow-head':
      await wait(fault.ms ?? 1_000);
      return send(response, await carryOut());
    case 'slow-body':
      await carryOut();
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('[');
      await wait(fault.ms ?? 1_000);
      response.end(']');
      return;
    case 'reset-before':
      response.socket?.resetAndDestroy();
      return;
    case 'reset-after':
      await carryOut();
      response.socket?.resetAndDestroy();
      return;
    case 'error-before':
      return send(response, { status: 503 });
    case 'error-after':
      await carryOut();
      return send(response, { status: 500 });
    case 'redirect':
      return send(response, { status: 302, headers: { Location: fault.to ?? '/' } });
  }
}
