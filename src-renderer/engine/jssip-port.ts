// SPDX-License-Identifier: MIT
import { UA } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { RTCSessionEvent } from 'jssip/lib/UA';
import type { SipConfig } from '../../src-shared/engine-protocol.ts';
import { askedToAnswerAfter } from './auto-answer.ts';
import { callerOf, cleanText } from './identity.ts';
import { JsSipCall } from './jssip-call.ts';
import { LineSocket } from './line-socket.ts';
import type { CallOffer, SipCall, SipCallListener, SipLine, SipLineListener } from './port.ts';
import { CallRecovery } from './recovery.ts';
import { LineHealth } from './recovery-line.ts';
import { addressOf } from './refer-to.ts';
import { offersSecureAudio } from './sdp.ts';

/** JsSIP's own reconnect timer, put out of the way: the longest a timer can be. Ours is in registrar-watch.ts. */
const NEVER_S = 2_147_483;
/** JsSIP refuses a call by itself after 60 s; queues ring longer. This only ends a call whose CANCEL was lost. */
const RING_LIMIT_S = 300;

/** Opens a line on JsSIP. Throws a TypeError when the configuration is unusable. */
export function openJsSipLine(config: SipConfig, listener: SipLineListener): SipLine {
  const health = new LineHealth(() => listener.suspect());
  const calls = new Set<RTCSession>();
  const socket = new LineSocket(config.wssUrls, `${encodeURIComponent(config.user)}@${config.domain}`, {
    heard: () => health.heard(),
    silent: () => listener.suspect(),
    quiet: () => calls.size === 0,
    registerSent: () => listener.registerSent(),
    registerAnswered: () => {
      // JsSIP has read the answer by now; a 200 in which it did not find our contact leaves it unregistered.
      if (ua.isRegistered()) listener.registered();
      else listener.registerFailed({ status: 0, reason: 'no contact', realm: null });
    },
  });
  const ua = new UA({
    sockets: [socket],
    uri: `sip:${encodeURIComponent(config.user)}@${config.domain}`,
    authorization_user: config.user,
    ha1: config.ha1,
    realm: config.realm,
    register: false,
    register_expires: config.registerExpires,
    session_timers: false,
    no_answer_timeout: RING_LIMIT_S,
    connection_recovery_min_interval: NEVER_S,
    connection_recovery_max_interval: NEVER_S,
    user_agent: 'Megadial',
    ...(config.displayName === null ? {} : { display_name: cleanText(config.displayName, 100).replace(/["\\]/g, '') }),
  });
  let realm = config.realm;

  ua.on('connected', () => {
    listener.socketUp();
    health.opened();
  });
  ua.on('disconnected', () => {
    health.closed();
    listener.socketDown();
  });
  ua.on('registrationFailed', ({ response }) => {
    // Without a response the socket failed or timed out, and the watch knows.
    if (!response) return;
    const challenge = response.status_code === 401 || response.status_code === 407;
    const asked = challenge ? realmOf(response) : null;
    listener.registerFailed({
      status: response.status_code,
      reason: cleanText(response.reason_phrase ?? '', 100),
      realm: asked !== null && asked !== realm ? asked : null,
    });
  });
  /** Last of all that listens to the session: its say over JsSIP's hanging up comes first. */
  const keep = (session: RTCSession, call: JsSipCall) => {
    calls.add(session);
    session.on('ended', () => calls.delete(session));
    session.on('failed', () => calls.delete(session));
    new CallRecovery(session, health, (on) => call.reconnecting(on));
  };
  /** The call being dialled: JsSIP announces its session inside call(), before anything can happen to it. */
  let dialling: JsSipCall | null = null;
  ua.on('newRTCSession', (event: RTCSessionEvent) => {
    const { session, request } = event;
    if (session.direction === 'outgoing') {
      dialling?.adopt(session, 'out');
      if (dialling !== null) keep(session, dialling);
      return;
    }
    const caller = callerOf(header(request, 'P-Asserted-Identity'), header(request, 'From'));
    const call = new JsSipCall(config);
    call.adopt(session, 'in');
    keep(session, call);
    const callListener = listener.incoming(call, caller, offerOf(request));
    if (callListener === null) call.reject(486);
    else call.listen(callListener);
  });

  let started = false;
  return {
    connect() {
      if (started) transportOf(ua).connect();
      else ua.start();
      started = true;
    },
    drop: () => socket.drop(),
    register: () => ua.register(),
    isConnected: () => ua.isConnected(),
    setCredentials(ha1, newRealm) {
      realm = newRealm;
      ua.set('realm', newRealm);
      ua.set('ha1', ha1);
    },
    dial(number: string, track: MediaStreamTrack | null, callListener: SipCallListener): SipCall {
      const call = new JsSipCall(config);
      call.listen(callListener);
      dialling = call;
      try {
        ua.call(addressOf(number, config.domain), call.callOptions(track));
      } catch {
        call.fail();
      } finally {
        dialling = null;
      }
      return call;
    },
    stop: () => ua.stop(),
  };
}

/** Not in JsSIP's types; connect() is the same call that its own timer makes. */
function transportOf(ua: UA): { connect(): void } {
  return (ua as unknown as { transport: { connect(): void } }).transport;
}

type Headers = { hasHeader(name: string): boolean; getHeader(name: string): string };

function header(message: unknown, name: string): string | null {
  const headers = message as Headers;
  return headers.hasHeader(name) ? headers.getHeader(name) : null;
}

function offerOf(request: unknown): CallOffer {
  const { body } = request as { body?: string | null };
  return {
    answerAfter: askedToAnswerAfter(header(request, 'Alert-Info'), header(request, 'Call-Info')),
    // Without a description the offer is ours, and ours is secure.
    isSecure: !body || offersSecureAudio(body),
  };
}

function realmOf(message: unknown): string | null {
  const raw = header(message, 'WWW-Authenticate') ?? header(message, 'Proxy-Authenticate') ?? '';
  const realm = /\brealm\s*=\s*"((?:[^"\\]|\\.){1,128})"/i.exec(raw)?.[1];
  return realm === undefined ? null : realm.replace(/\\(.)/g, '$1');
}
