// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LineSocket } from './line-socket.ts';

/** A WebSocket in the hands of the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static readonly CONNECTING = 0;
  static last: FakeSocket;
  readyState = 0;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { wasClean: boolean; code: number; reason: string }) => void) | null = null;
  close = vi.fn();

  constructor() {
    FakeSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
}

const watch = {
  registerSent: vi.fn(),
  registerAnswered: vi.fn(),
  heard: vi.fn(),
  silent: vi.fn(),
  quiet: vi.fn(() => true),
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

function connected() {
  const socket = new LineSocket(['wss://pbx.test:4443/ws'], '1@pbx.test', watch);
  const lost = vi.fn();
  const data = vi.fn();
  socket.ondisconnect = lost;
  socket.ondata = data;
  socket.connect();
  FakeSocket.last.open();
  return { socket, ws: FakeSocket.last, lost, data };
}

describe('LineSocket', () => {
  it('names itself as SIP wants it', () => {
    const socket = new LineSocket(['wss://pbx.test:4443/ws'], '1@pbx.test', watch);
    expect(socket).toMatchObject({ sip_uri: 'sip:pbx.test:4443;transport=ws', via_transport: 'WSS' });
    expect(new LineSocket(['ws://[::1]:80'], '1@pbx.test', watch).via_transport).toBe('WS');
  });

  it('tells of every REGISTER and of its success only', () => {
    const { socket, ws, data } = connected();
    socket.send('REGISTER sip:pbx.test SIP/2.0\r\n\r\n');
    socket.send('INVITE sip:1@pbx.test SIP/2.0\r\n\r\n');
    expect(watch.registerSent).toHaveBeenCalledTimes(1);
    ws.onmessage?.({ data: 'SIP/2.0 401 No\r\nCSeq: 1 REGISTER\r\n\r\n' });
    ws.onmessage?.({ data: 'SIP/2.0 200 OK\r\nCSeq: 2 INVITE\r\n\r\n' });
    ws.onmessage?.({ data: 'SIP/2.0 200 OK\r\nX: CSeq: 2 REGISTER\r\n\r\n' });
    expect(watch.registerAnswered).not.toHaveBeenCalled();
    ws.onmessage?.({ data: new TextEncoder().encode('SIP/2.0 200 OK\r\nCSeq: 2 REGISTER\r\n\r\n').buffer });
    expect(watch.registerAnswered).toHaveBeenCalledTimes(1);
    expect(data).toHaveBeenCalledTimes(4);
  });

  it('ignores a message that is too big to be SIP', () => {
    const { ws, data } = connected();
    ws.onmessage?.({ data: 'x'.repeat(300_000) });
    expect(data).not.toHaveBeenCalled();
  });

  it('asks for a REGISTER when neither ping was answered, and keeps the answers to its own', () => {
    const { ws, data } = connected();
    vi.advanceTimersByTime(22_000);
    expect(ws.sent[0]).toBe('\r\n\r\n');
    expect(ws.sent[1]).toMatch(/^OPTIONS sip:pbx\.test SIP\/2\.0\r\nVia: SIP\/2\.0\/WSS /);
    expect(watch.silent).toHaveBeenCalledTimes(1);
    const id = /\r\nCall-ID: (\S+)\r\n/.exec(ws.sent[1] ?? '')?.[1];
    ws.onmessage?.({ data: `SIP/2.0 405 No\r\nCall-ID: ${id}\r\nCSeq: 1 OPTIONS\r\n\r\n` });
    expect(data).not.toHaveBeenCalled();
    expect(watch.heard).toHaveBeenCalledTimes(1);
  });

  it('goes to the next server when one does not register it, and stays with one that did', () => {
    const urls = ['wss://a.test', 'wss://b.test', 'wss://c.test'];
    const socket = new LineSocket(urls, '1@pbx.test', watch);
    const seen: string[] = [];
    socket.ondisconnect = () => seen.push(socket.url);
    socket.connect();
    socket.drop();
    socket.connect();
    FakeSocket.last.open();
    FakeSocket.last.onmessage?.({ data: 'SIP/2.0 200 OK\r\nCSeq: 2 REGISTER\r\n\r\n' });
    socket.drop();
    socket.connect();
    socket.drop();
    socket.connect();
    socket.drop();
    expect(seen).toEqual(['wss://b.test', 'wss://b.test', 'wss://c.test', 'wss://a.test']);
    expect(() => new LineSocket([], '1@pbx.test', watch)).toThrow(TypeError);
  });

  it('returns to the preferred server when that one answers and nobody talks', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const socket = new LineSocket(['wss://a.test', 'wss://b.test'], '1@pbx.test', watch);
    const lost = vi.fn();
    socket.ondisconnect = lost;
    socket.connect();
    socket.drop();
    socket.connect();
    const line = FakeSocket.last;
    line.open();
    line.onmessage?.({ data: 'SIP/2.0 200 OK\r\nCSeq: 2 REGISTER\r\n\r\n' });
    lost.mockClear();
    watch.quiet.mockReturnValueOnce(false);
    vi.advanceTimersByTime(300_000);
    expect(FakeSocket.last).toBe(line);
    vi.advanceTimersByTime(300_000);
    const trial = FakeSocket.last;
    expect(trial).not.toBe(line);
    trial.open();
    expect(trial.close).toHaveBeenCalled();
    expect(lost).toHaveBeenCalledTimes(1);
    expect(socket.url).toBe('wss://a.test');
    vi.restoreAllMocks();
  });

  it('reports a loss once, and nothing after it was disconnected on purpose', () => {
    const { socket, ws, lost } = connected();
    ws.onclose?.({ wasClean: false, code: 1006, reason: '' });
    socket.drop();
    expect(lost).toHaveBeenCalledTimes(1);
    const second = connected();
    second.socket.disconnect();
    vi.advanceTimersByTime(100_000);
    expect(second.lost).not.toHaveBeenCalled();
    expect(second.ws.sent).toEqual([]);
  });

  it('does not send on a socket that is not open', () => {
    const socket = new LineSocket(['wss://pbx.test'], '1@pbx.test', watch);
    expect(socket.send('OPTIONS')).toBe(false);
    socket.connect();
    expect(socket.send('OPTIONS')).toBe(false);
  });
});
