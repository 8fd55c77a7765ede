// SPDX-License-Identifier: MIT
import type { RTCSession } from 'jssip/lib/RTCSession';

/** What JsSIP 3.13 says of a message it received or answered. */
export type SipMessage = {
  readonly method?: string;
  readonly status_code?: number;
  readonly body?: string | null;
  hasHeader(name: string): boolean;
  getHeader(name: string): string | undefined;
  reply?(status: number, reason?: string | null, headers?: readonly string[]): void;
};

type Uri = { readonly user?: string; readonly host: string; toString(): string };

export type SipDialog = {
  readonly id: { readonly call_id: string; readonly local_tag: string; readonly remote_tag: string };
  readonly _remote_uri: Uri;
  readonly _remote_target: Uri;
};

export type RequestHandlers = {
  readonly onSuccessResponse: (response: SipMessage) => void;
  readonly onErrorResponse: (response: SipMessage) => void;
  readonly onTransportError: () => void;
  readonly onRequestTimeout: () => void;
  /** 408 or 481. */
  readonly onDialogError: (response?: SipMessage) => void;
};

/** Members JsSIP has but does not declare. Nothing else of its inside is touched, and all of it is touched from here. */
export type Internals = {
  _dialog: SipDialog | null | undefined;
  _localHold: boolean;
  _remoteHold: boolean;
  _late_sdp: boolean;
  /** The INVITE, of an incoming call. */
  _request: { reply(status: number, ...rest: unknown[]): void };
  _setLocalMediaStatus(): void;
  receiveRequest(request: SipMessage): void;
  sendRequest(
    method: string,
    options: { extraHeaders: string[]; body?: string; eventHandlers: RequestHandlers },
  ): unknown;
};

export function internals(session: RTCSession): Internals {
  return session as unknown as Internals;
}
