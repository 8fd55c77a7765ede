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

const watch = { registerSent: vi.fn(), registerAnswered: vi.fn() };

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
  const socket = new LineSocket('wss://pbx.test:4443/ws', watch);
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
    const socket = new LineSocket('wss://pbx.test:4443/ws', watch);
    expect(socket).toMatchObject({ sip_uri: 'sip:pbx.test:4443;transport=ws', via_transport: 'WSS' });
    expect(new LineSocket('ws://[::1]:80', watch).via_transport).toBe('WS');
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

  it('pings, and bears with a server that never answers pings', () => {
    const { ws, lost } = connected();
    vi.advanceTimersByTime(100_000);
    expect(ws.sent).toEqual(Array(4).fill('\r\n\r\n'));
    expect(lost).not.toHaveBeenCalled();
  });

  it('drops a server that answered pings and stopped', () => {
    const { ws, lost } = connected();
    vi.advanceTimersByTime(25_000);
    ws.onmessage?.({ data: '\r\n' });
    vi.advanceTimersByTime(25_000);
    expect(lost).not.toHaveBeenCalled();
    vi.advanceTimersByTime(6_000);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(ws.close).toHaveBeenCalled();
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
    const socket = new LineSocket('wss://pbx.test', watch);
    expect(socket.send('OPTIONS')).toBe(false);
    socket.connect();
    expect(socket.send('OPTIONS')).toBe(false);
  });
});
