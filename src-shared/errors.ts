// SPDX-License-Identifier: MIT
/**
 * Every error a person can meet has a code from this list. The sentence for a code, and what to do next, stands in
 * `src-renderer/i18n/<language>.ts` under `errors.<code>`; a test checks that no language lacks one.
 */
export const ERROR_CODES = [
  // Megacall API
  'api.unauthorized', // 401: key or secret wrong
  'api.clock', // 401 while the computer's clock is far from the server's
  'api.network', // DNS, TCP, TLS: nothing answered
  'api.timeout',
  'api.rate-limited', // 429, or 200 with the rate-limit text
  'api.not-json', // HTML or other text where JSON was due
  'api.rejected', // status:error; params.message is the PBX's own text
  'api.bad-reply', // JSON of an unexpected shape
  // account and set-up
  'setup.no-extensions',
  'setup.extension-unknown',
  'setup.extension-taken',
  'setup.password-refused', // the API would not give the SIP password: type it
  'setup.not-configured',
  // SIP
  'sip.unreachable', // WebSocket did not open
  'sip.rejected', // 401/403 after credentials: wrong password or login
  'sip.not-found', // 404 on REGISTER
  'sip.server', // any other SIP failure; params.status, params.reason
  'sip.not-registered', // dialing while not registered
  'sip.ended', // the session is gone
  'transfer.refused', // params.status
  'transfer.unanswered', // no word of the other side's success
  'dtmf.failed',
  'callback.refused', // params.message: the PBX's own text
  'callback.pending', // one is under way for this number
  'forward.failed', // params.message
  'audio.device',
  'mic.denied',
  'mic.missing',
  // dialing
  'dial.empty',
  'dial.invalid',
  'dial.too-long',
  'dial.no-code', // the PBX's feature code is not set
  // store
  'store.future', // database written by a newer Megadial; params.found, params.supported
  'store.corrupt', // set aside; params.aside, params.backup
  'store.disk-full',
  'store.failed',
  // secrets
  'keychain.unavailable',
  'keychain.locked',
  // relay
  'relay.port-taken',
  // direct mode
  'direct.no-address', // the public address is not set
  'direct.not-kept', // the PBX says something else than what it was told; params.url
  'direct.not-ours', // somebody replaced our address since; params.url
  'direct.nothing-to-restore',
  'direct.given-back', // joined a team: the PBX has what it had before; params.url
  'direct.left-behind', // joined a team: the PBX may still send here; params.url
  // team
  'team.url', // not https, nor a relay on this computer
  'team.unreachable', // nothing answers there, or no relay
  'team.code', // pairing code wrong, used or too old
  'team.locked', // too many wrong codes
  'team.password', // the relay would not give the SIP password: type it
  'team.offline', // needs the relay, which is not connected
  'team.replaced', // the same pairing is in use elsewhere
  'team.revoked',
  'team.refused', // params.message: the relay's own text
  'team.not-allowed', // not with this role
  'team.bad-reply',
  'team.extension-twice', // params.extension
  'team.user-twice', // params.name: two members with one e-mail or one CRM user
  'team.responsible', // the default responsible is no member; params.extension
  'team.zone', // no such time zone; params.zone
  'team.number', // cannot stand on the blacklist
  'team.gap', // events of a time are not kept any more; params.from, params.to
  // connecting a CRM in the browser
  'message.refused', // params.message: the PBX's own text
  // CRM; params.message: its own text
  'crm.auth',
  'crm.scopes',
  'crm.forbidden',
  'crm.quota',
  'crm.network',
  'crm.bad-reply',
  'crm.refused',
  'crm.duplicate',
  'crm.unsupported',
  'crm.off', // not set up or not enabled
  'crm.definition', // params.reason: where the JSON is wrong
  'crm.template', // params.reason: why a 3CX template cannot be used
  'oauth.port-taken', // params.ports
  'oauth.browser', // the system opened no browser
  'oauth.denied', // the person, or an administrator's rule, said no
  'oauth.state', // an answer to another question than ours
  'oauth.timeout', // nobody came back from the browser; params.uri
  'oauth.cancelled',
  'oauth.client', // client id unknown there
  'oauth.secret', // client secret missing or wrong
  'oauth.redirect', // callback address not registered; params.uri
  'oauth.not-lasting', // access without a refresh token
  'oauth.network',
  'oauth.refused', // params.message: the CRM's own text
  'oauth.bad-reply', // unreadable, or names a server that is none of the CRM's
  // files of contacts
  'file.unreadable',
  'file.format', // neither CSV nor vCard
  'file.busy', // one import at a time
  'file.gone', // the preview belongs to a file chosen before
  'file.cancelled',
  'file.disk-full',
  'file.failed', // could not be written
  // recordings
  'recording.not-ready',
  'recording.gone',
  'recording.failed',
  // shell
  'link.refused', // a link that is not http(s)
  'hotkey.taken', // another program holds it, or it is no key; params.keys
  'ipc.refused', // message from a page or with arguments we do not accept
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Values for the sentence's placeholders: plain, short, and free of secrets. */
export type ErrorParams = Readonly<Record<string, string | number>>;

/** The only error that crosses a process boundary. `detail` is for the log, never shown. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: { cause?: unknown }) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.params = params;
  }
}

/** What is sent over IPC in place of an error. */
export type WireError = { readonly code: ErrorCode; readonly params: ErrorParams };

/** Any thrown value as a wire error; what is not ours becomes `internal` and tells the other side nothing. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof AppError) return { code: thrown.code, params: thrown.params };
  return { code: 'internal', params: {} };
}

/** For the `default` of a switch over a closed union: a new member breaks the build. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
