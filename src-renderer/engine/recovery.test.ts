// SPDX-License-Identifier: MIT
import { EventEmitter } from 'node:events';
import type { RTCSession } from 'jssip/lib/RTCSession';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallRecovery, GIVE_UP_MS } from './recovery.ts';
import { LineHealth } from './recovery-line.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Handlers = Record<'onTransportError' | 'onRequestTimeout' | 'onDialogError', (response?: object) => void>;
type Sent = { readonly method: string; readonly eventHandlers: Partial<Handlers> };

class FakePeer extends EventTarget {
  iceConnectionState = 'new';
  signalingState = 'stable';
  readonly setLocalDescription = vi.fn(async () => {});

  ice(state: string): void {
    this.iceConnectionState = state;
    this.dispatchEvent(new Event('iceconnectionstatechange'));
  }
}

/** What JsSIP's session does with its members, as far as the recovery meets it. */
function setUp(direction: 'outgoing' | 'incoming' = 'outgoing') {
  const sent: Sent[] = [];
  const dialog = {
    uac_pending_reply: false,
    sendRequest: (method: string, options: { eventHandlers?: Partial<Handlers> } = {}) =>
      void sent.push({ method, eventHandlers: options.eventHandlers ?? {} }),
  };
  const peer = new FakePeer();
  const offers: { restart: boolean; done: () => void }[] = [];
  const terminated: unknown[] = [];
  const session = Object.assign(new EventEmitter(), {
    direction,
    connection: peer,
    ended: false,
    _dialog: dialog,
    _status: 9,
    _is_confirmed: true,
    _iceReady: true,
    _timers: { ackTimer: null, invite2xxTimer: null },
    isEstablished: () => !session.ended,
    isEnded: () => session.ended,
    terminate(options: unknown) {
      terminated.push(options);
      session.ended = true;
      session.emit('ended');
    },
    sendRequest: (method: string, options: object) => dialog.sendRequest(method, options),
    onTransportError() {
      session.terminate({ cause: 'Connection Error', reason_phrase: 'Connection Error' });
    },
    onRequestTimeout() {
      session.terminate({ cause: 'Request Timeout', reason_phrase: 'Request Timeout' });
    },
    renegotiate(options: { rtcOfferConstraints: { iceRestart: boolean } }, done: () => void) {
      offers.push({ restart: options.rtcOfferConstraints.iceRestart, done });
      peer.signalingState = 'have-local-offer';
      const eventHandlers: Partial<Handlers> = {
        onTransportError: () => session.onTransportError(),
        onRequestTimeout: () => session.onRequestTimeout(),
        onDialogError: () => session.terminate({ cause: 'Dialog Error', reason_phrase: 'Dialog Error' }),
      };
      session.sendRequest('INVITE', { eventHandlers });
      return true;
    },
  });
  const test = vi.fn();
  const line = new LineHealth(test);
  const told: boolean[] = [];
  new CallRecovery(session as unknown as RTCSession, line, (on) => told.push(on));
  line.opened();
  peer.ice('connected');
  vi.advanceTimersByTime(1_000);
  // The first socket is nothing new to the far end, but this fake opened it after the call began.
  offers[0]?.done();
  offers.length = 0;
  sent.length = 0;
  return { session, peer, line, test, told, offers, sent, terminated };
}

describe('CallRecovery', () => {
  it('tests the line when the sound stops, and restarts ICE once the line has proved alive', () => {
    const { peer, line, test, told, offers, session } = setUp();
    peer.ice('disconnected');
    expect(told).toEqual([true]);
    expect(test).toHaveBeenCalledTimes(1);
    expect(offers).toEqual([]);
    line.heard();
    vi.advanceTimersByTime(0);
    expect(offers.map(({ restart }) => restart)).toEqual([true]);
    expect(session._iceReady).toBe(false);
    offers[0]?.done();
    peer.ice('connected');
    expect(told).toEqual([true, false]);
    vi.advanceTimersByTime(GIVE_UP_MS * 2);
    expect(session.ended).toBe(false);
  });

  it('waits for a new socket when the old one is dead, and lets the caller offer first', () => {
    const { peer, line, offers } = setUp('incoming');
    peer.ice('disconnected');
    line.closed();
    peer.ice('failed');
    vi.advanceTimersByTime(30_000);
    expect(offers).toEqual([]);
    line.opened();
    vi.advanceTimersByTime(299);
    expect(offers).toEqual([]);
    vi.advanceTimersByTime(501);
    expect(offers.map(({ restart }) => restart)).toEqual([true]);
  });

  it('tries again, ever later, while the sound stays away, and gives up after 90 s', () => {
    const { session, peer, line, test, offers, terminated } = setUp();
    test.mockImplementation(() => setTimeout(() => line.heard(), 10));
    peer.ice('disconnected');
    let agreed = 0;
    for (let second = 0; second < 89; second += 1) {
      vi.advanceTimersByTime(1_000);
      peer.signalingState = 'stable';
      for (; agreed < offers.length; agreed += 1) offers[agreed]?.done();
    }
    expect(offers.length).toBeGreaterThan(8);
    expect(session.ended).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(terminated).toEqual([expect.objectContaining({ cause: 'RTP Timeout' })]);
  });

  it("does not let JsSIP end the call on 'failed', but on what ends calls it does", () => {
    const { session, peer, told } = setUp();
    peer.ice('failed');
    session.terminate({ cause: 'RTP Timeout', status_code: 408, reason_phrase: 'RTP Timeout' });
    expect(session.ended).toBe(false);
    session.terminate({});
    expect(session.ended).toBe(true);
    expect(told).toEqual([true, false]);
  });

  it('takes an offer back that was lost with its socket, and makes it again on the next', () => {
    const { session, peer, line, offers, sent } = setUp();
    peer.ice('disconnected');
    line.heard();
    vi.advanceTimersByTime(0);
    sent[0]?.eventHandlers.onTransportError?.();
    line.closed();
    vi.advanceTimersByTime(1);
    expect(session.ended).toBe(false);
    expect(peer.setLocalDescription).toHaveBeenCalledWith({ type: 'rollback' });
    line.opened();
    vi.advanceTimersByTime(0);
    expect(offers).toHaveLength(2);
  });

  it('bears a switch that cannot reach the far end, and ends when the far end is gone', () => {
    const { session, peer, line, sent } = setUp();
    peer.ice('disconnected');
    line.heard();
    vi.advanceTimersByTime(0);
    sent[0]?.eventHandlers.onDialogError?.({ status_code: 408 });
    vi.advanceTimersByTime(1);
    expect(session.ended).toBe(false);
    sent[0]?.eventHandlers.onDialogError?.({ status_code: 481 });
    expect(session.ended).toBe(true);
  });

  it('tells the far end where we are after a new socket, without a restart', () => {
    const { line, offers } = setUp();
    line.closed();
    line.opened();
    vi.advanceTimersByTime(0);
    expect(offers.map(({ restart }) => restart)).toEqual([false]);
  });

  it('sends a BYE again that was lost, three times at most', () => {
    const { session, line, sent } = setUp();
    line.closed();
    session.sendRequest('BYE', {});
    for (let n = 0; n < 5; n += 1) {
      sent.at(-1)?.eventHandlers.onTransportError?.();
      line.opened();
    }
    expect(sent.filter(({ method }) => method === 'BYE')).toHaveLength(3);
  });

  it('refuses an offer that meets its own, and forgets an ACK that went with the socket', () => {
    const { session, line } = setUp();
    const reject = vi.fn();
    session.emit('reinvite', { reject });
    session._dialog.uac_pending_reply = true;
    session.emit('reinvite', { reject });
    expect(reject).toHaveBeenCalledTimes(1);
    expect(reject).toHaveBeenCalledWith({ status_code: 491 });
    session._status = 6;
    line.closed();
    expect(session._status).toBe(9);
  });
});
