// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startSandbox } from '../index.ts';
import { header, headerValues, param, parseMessage, parseUri, popVia, serialise, uriOf, withTag } from './message.ts';

const REQUEST = [
  'INVITE sip:%2B34912345678@pbx.test;user=phone SIP/2.0',
  'v: SIP/2.0/WS a.invalid;branch=z9hG4bK1, SIP/2.0/WS b.invalid;branch=z9hG4bK2',
  'From: "Ruiz, \\"C\\" <c>" <sip:34600111222@pbx.test;transport=ws>;tag=abc',
  'To: <sip:+34912345678@pbx.test>',
  'Call-ID: 1',
  'CSeq: 1 INVITE',
  'Subject: folded',
  ' onto two lines',
  '',
  'body',
].join('\r\n');

describe('SIP messages', () => {
  it('are read with compact names, folded lines, lists and quoted names', () => {
    const message = parseMessage(REQUEST);
    if (message?.kind !== 'request') throw new Error('not read');
    expect(parseUri(message.uri)).toEqual({ user: '+34912345678', host: 'pbx.test' });
    expect(headerValues(message, 'via')).toHaveLength(2);
    expect(header(message, 'subject')).toBe('folded onto two lines');
    const from = header(message, 'from');
    expect([uriOf(from), param(from, 'tag')]).toEqual(['sip:34600111222@pbx.test;transport=ws', 'abc']);
    expect(param(from, 'transport')).toBe('');
    expect(param(withTag(from, 'xyz'), 'tag')).toBe('xyz');
    popVia(message);
    const again = parseMessage(serialise(message));
    expect(again && headerValues(again, 'via')).toEqual(['SIP/2.0/WS b.invalid;branch=z9hG4bK2']);
    expect(again && [header(again, 'content-length'), again.body]).toEqual(['4', 'body']);
  });

  it('that are none are refused and never throw', () => {
    expect(parseMessage('INVITE sip:a SIP/2.0\r\nFrom: a\r\n\r\n')).toBeNull();
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        parseMessage(first);
        parseMessage(`${REQUEST.slice(0, first.length * 3)}${second}\r\n\r\n`);
        parseUri(first);
        uriOf(second);
        param(first, 'tag');
      }),
    );
  });
});

describe('the switch', () => {
  it('answers OPTIONS and the keep-alive, challenges strangers, and ignores noise', async () => {
    const sandbox = await startSandbox();
    const socket = new WebSocket(sandbox.sip?.wssUrl ?? '', 'sip');
    const received: string[] = [];
    socket.on('message', (data) => received.push(data.toString()));
    await new Promise((resolve) => socket.on('open', resolve));
    const ask = async (text: string): Promise<string> => {
      const count = received.length;
      socket.send(text);
      while (received.length === count) await new Promise((resolve) => setTimeout(resolve, 5));
      return received[count] ?? '';
    };
    const request = (method: string, user: string, toTag = ''): string =>
      [
        `${method} sip:+34912345678@pbx.sandbox.test SIP/2.0`,
        'Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1',
        `From: <sip:${user}@pbx.sandbox.test>;tag=abc`,
        `To: <sip:${user}@pbx.sandbox.test>${toTag}`,
        'Call-ID: 1',
        `CSeq: 1 ${method}`,
        '',
        '',
      ].join('\r\n');
    socket.send('noise');
    expect(await ask('\r\n\r\n')).toBe('\r\n');
    expect(await ask(request('OPTIONS', 'a'))).toMatch(/^SIP\/2\.0 200 /);
    expect(await ask(request('MESSAGE', 'a'))).toMatch(/^SIP\/2\.0 405 /);
    expect(await ask(request('REGISTER', 'nobody'))).toMatch(/^SIP\/2\.0 404 /);
    expect(await ask(request('REGISTER', '123456-101'))).toMatch(
      /^SIP\/2\.0 401 [\s\S]*WWW-Authenticate: Digest realm=/,
    );
    expect(await ask(request('INVITE', '123456-101'))).toMatch(
      /^SIP\/2\.0 407 [\s\S]*Proxy-Authenticate: Digest realm=/,
    );
    expect(await ask(request('INVITE', 'nobody'))).toMatch(/^SIP\/2\.0 403 /);
    expect(await ask(request('BYE', '123456-101', ';tag=1'))).toMatch(/^SIP\/2\.0 481 /);
    expect(await ask(request('CANCEL', '123456-101'))).toMatch(/^SIP\/2\.0 481 /);
    socket.terminate();
    await sandbox.stop();
  });
});
