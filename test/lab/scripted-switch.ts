// SPDX-License-Identifier: MIT
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from './process.ts';

/** A SIP message as it came: header names in lower case, the first of each. */
export type SipText = {
  readonly line: string;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly text: string;
};

export type ReplyOptions = { readonly headers?: readonly string[]; readonly body?: string };
type Script = (request: SipText) => void;

export type ScriptedSwitch = {
  readonly wsUrl: string;
  /** Everything received, oldest first. */
  readonly messages: readonly SipText[];
  /** What to do with requests of a method; by default REGISTER, BYE and CANCEL get 200 and the rest nothing. */
  on(method: string, script: Script): void;
  reply(request: SipText, status: number, reason: string, options?: ReplyOptions): void;
  /** Sends an INVITE to the registered phone; answers come in as messages with this Call-ID. */
  invite(options: {
    readonly callId: string;
    readonly from: string;
    readonly headers?: readonly string[];
    /** SDP that a browser takes unless said otherwise; '' for an INVITE without. */
    readonly body?: string;
  }): void;
  /** A request inside the call that `dialog` set up: the phone's 200 to our INVITE, or the phone's own INVITE. */
  within(dialog: SipText, method: string, options: ReplyOptions & { readonly cseq: number }): void;
  cancel(callId: string, headers?: readonly string[]): void;
  wait(what: string, filter: (message: SipText) => boolean, timeout?: number): Promise<SipText>;
  send(text: string): void;
  stop(): Promise<void>;
};

/** SDP that Chromium accepts as an offer or an answer; nobody is behind its address. */
export function deadEndSdp(setup: 'actpass' | 'active' | 'passive', direction = 'sendrecv'): string {
  const fingerprint = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 8 101',
    'c=IN IP4 127.0.0.1',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:abcdefghijklmnopqrstuvwx',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    `a=${direction}`,
    'a=rtcp-mux',
    '',
  ].join('\r\n');
}

export function parseSip(text: string): SipText {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [line = '', ...rest] = head.split('\r\n');
  const headers = new Map<string, string>();
  for (const header of rest) {
    const colon = header.indexOf(':');
    const name = header.slice(0, colon).trim().toLowerCase();
    if (!headers.has(name)) headers.set(name, header.slice(colon + 1).trim());
  }
  const method = line.startsWith('SIP/2.0') ? '' : (line.split(' ')[0] ?? '');
  return { line, method, headers, body, text };
}

/** A switch that does what a test tells it, for what a real one will not do on demand. One phone at a time. */
export async function startScriptedSwitch(): Promise<ScriptedSwitch> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'sip' });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const messages: SipText[] = [];
  const scripts = new Map<string, Script>();
  let phone: WebSocket | null = null;
  let contact = '';

  server.on('connection', (socket) => {
    phone = socket;
    socket.on('message', (data) => {
      const text = data.toString();
      if (text.trim() === '') return;
      const message = parseSip(text);
      messages.push(message);
      if (message.method === 'REGISTER') contact = /<([^>]+)>/.exec(message.headers.get('contact') ?? '')?.[1] ?? '';
      scripts.get(message.method)?.(message);
    });
  });

  const send = (text: string) => phone?.send(text);
  const withBody = (lines: readonly string[], body: string) => {
    const type = body === '' ? [] : ['Content-Type: application/sdp'];
    return [...lines, ...type, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
  };
  const reply: ScriptedSwitch['reply'] = (request, status, reason, options = {}) => {
    const to = request.headers.get('to') ?? '';
    const lines = [
      `SIP/2.0 ${status} ${reason}`,
      `Via: ${request.headers.get('via')}`,
      `From: ${request.headers.get('from')}`,
      `To: ${to.includes('tag=') || status === 100 ? to : `${to};tag=script`}`,
      `Call-ID: ${request.headers.get('call-id')}`,
      `CSeq: ${request.headers.get('cseq')}`,
      ...(options.headers ?? []),
    ];
    send(withBody(lines, options.body ?? ''));
  };
  const request = (method: string, callId: string, from: string, headers: readonly string[], body: string) => {
    const lines = [
      `${method} ${contact} SIP/2.0`,
      `Via: SIP/2.0/WS script.invalid;branch=z9hG4bK${callId}`,
      'Max-Forwards: 70',
      `From: ${from};tag=${callId}`,
      'To: <sip:101@pbx.test>',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      'Contact: <sip:script@script.invalid;transport=ws>',
      ...headers,
    ];
    send(withBody(lines, body));
  };
  const callers = new Map<string, string>();
  scripts.set('REGISTER', (message) => {
    reply(message, 200, 'OK', { headers: [`Contact: ${message.headers.get('contact')}`] });
  });
  scripts.set('BYE', (message) => reply(message, 200, 'OK'));
  scripts.set('CANCEL', (message) => reply(message, 200, 'OK'));
  return {
    wsUrl: `ws://127.0.0.1:${port}`,
    messages,
    on: (method, script) => scripts.set(method, script),
    reply,
    invite({ callId, from, headers = [], body = deadEndSdp('actpass') }) {
      callers.set(callId, from);
      request('INVITE', callId, from, headers, body);
    },
    within(dialog, method, { cseq, headers = [], body = '' }) {
      const [from, to] = [dialog.headers.get('from') ?? '', dialog.headers.get('to') ?? ''];
      const lines = [
        `${method} ${contact} SIP/2.0`,
        `Via: SIP/2.0/WS script.invalid;branch=z9hG4bK${crypto.randomUUID()}`,
        'Max-Forwards: 70',
        `From: ${dialog.method === '' ? from : `${to};tag=script`}`,
        `To: ${dialog.method === '' ? to : from}`,
        `Call-ID: ${dialog.headers.get('call-id')}`,
        `CSeq: ${cseq} ${method}`,
        'Contact: <sip:script@script.invalid;transport=ws>',
        ...headers,
      ];
      send(withBody(lines, body));
    },
    cancel: (callId, headers = []) => request('CANCEL', callId, callers.get(callId) ?? '', headers, ''),
    wait: (what, filter, timeout) => until(what, () => messages.find(filter), timeout),
    send,
    async stop() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
