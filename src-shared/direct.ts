// SPDX-License-Identifier: MIT
/**
 * Direct mode: the PBX reaches the relay inside this app through a tunnel of the person's choice. Shapes of the three
 * requests `direct.check`, `direct.register` and `direct.restore`.
 */

/** What the check found. The sentence, and what to do next, stands in i18n under `doctor.webhook.<advice>`. */
export type DirectAdvice =
  | 'reached' // the only good one
  | 'no-address' // `publicUrl` is not set
  | 'off' // the relay is switched off
  | 'not-running'
  | 'dns' // no such name
  | 'closed' // nothing listens at the public address
  | 'no-answer' // silence
  | 'unreachable' // any other failure of the network
  | 'tls' // the certificate is not one the PBX would take
  | 'redirect' // e.g. to a login page
  | 'tunnel-down' // the tunnel's own server answers that the tunnel is not connected
  | 'app-not-reached' // the tunnel is up, its near end does not find the relay
  | 'wrong-path' // this app was reached, at a path that is not the webhook's
  | 'page' // a page was put in front: a warning of the tunnel, a login
  | 'changed' // this app was reached, and its answer was altered on the way
  | 'refused' // this app was reached, but would not take events: the tunnel hides where they come from
  | 'wrong-app'; // something else answers there, perhaps even the echo

export type DirectCheck = {
  readonly state: 'ok' | 'failed';
  readonly advice: DirectAdvice;
  /** The address the PBX is to be given; '' when there is none yet. */
  readonly url: string;
  /** Plain text for the curious: a status, an error's name. */
  readonly detail: string;
};

export type DirectResult =
  /** `former`: what the PBX had before, '' for nothing; null when it had ours already. */
  | { readonly state: 'registered'; readonly url: string; readonly former: string | null }
  /** Another integration's address stands at the PBX: show it, and ask again with `replace` when the person agrees. */
  | { readonly state: 'needs-consent'; readonly present: string }
  /** Nothing was changed: the PBX would not have reached us. */
  | { readonly state: 'unreachable'; readonly check: DirectCheck };

/** The PBX's settings for call notifications, as they were before ours. */
export type FormerCallInfo = {
  readonly url: string;
  readonly notifications: Readonly<Record<string, boolean>>;
};
