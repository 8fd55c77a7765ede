// SPDX-License-Identifier: MIT
import type { Connection, Contacts, Target } from './connections.ts';
import type { Dialog, Dialogs } from './dialog.ts';
import type { Forwarder } from './forwarder.ts';
import {
  clone,
  header,
  makeResponse,
  newToken,
  param,
  removeHeader,
  type SipRequest,
  type SipResponse,
  setHeader,
  uriOf,
  withTag,
} from './message.ts';

export type RingResult =
  | { readonly kind: 'answered'; readonly label: string; readonly dialog: Dialog }
  | { readonly kind: 'failed'; readonly status: number; readonly reason: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancelled' };

export type Plumbing = { readonly contacts: Contacts; readonly forwarder: Forwarder; readonly dialogs: Dialogs };

type Branch = {
  readonly id: string;
  readonly target: Target;
  readonly sent: SipRequest;
  readonly connection: Connection;
  status: number;
};

type Stage = { readonly settle: (result: RingResult) => void; readonly branches: Branch[] };

const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';

/** CANCEL or ACK for an INVITE we sent: same top Via, same ids (RFC 3261 sections 9.1 and 17.1.1.3). */
function companion(invite: SipRequest, method: 'CANCEL' | 'ACK', to: string): SipRequest {
  const via = invite.headers.find(([name]) => name === 'Via');
  return {
    kind: 'request',
    method,
    uri: invite.uri,
    headers: [
      ...(via === undefined ? [] : [via]),
      ['Max-Forwards', '70'],
      ['From', header(invite, 'from')],
      ['To', to],
      ['Call-ID', header(invite, 'call-id')],
      ['CSeq', `${Number.parseInt(header(invite, 'cseq'), 10)} ${method}`],
    ],
    body: '',
  };
}

/** One phone's INVITE that starts a call, and the branches it is forked to. */
export class InviteTransaction {
  readonly request: SipRequest;
  readonly connection: Connection;
  readonly #plumbing: Plumbing;
  readonly #toTag = newToken();
  #stage: Stage | null = null;
  #finished = false;
  #cancelled = false;

  constructor(request: SipRequest, connection: Connection, plumbing: Plumbing) {
    this.request = request;
    this.connection = connection;
    this.#plumbing = plumbing;
  }

  /** The caller gave up, or its socket went, before a final answer. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  reply(status: number, reason: string): void {
    if (this.#finished) return;
    if (status >= 200) this.#finished = true;
    const response = makeResponse(this.request, status, reason);
    if (status > 100) setHeader(response, 'To', withTag(header(this.request, 'to'), this.#toTag));
    this.connection.send(response);
  }

  /** The caller's CANCEL (already answered by the switch) or the loss of its socket. */
  cancel(): void {
    if (this.#finished) return;
    this.#cancelled = true;
    this.reply(487, 'Request Terminated');
    this.#drop(null);
    this.#stage?.settle({ kind: 'cancelled' });
  }

  /**
   * Rings the targets at once until one answers, all refuse, the caller gives up, or the time is over. Ringing and
   * the answer reach the caller by themselves; a refusal is left to who called, since another stage may follow.
   */
  ring(targets: readonly Target[], edit: (request: SipRequest) => void, timeoutMs: number): Promise<RingResult> {
    if (this.#cancelled) return Promise.resolve({ kind: 'cancelled' });
    return new Promise((resolve) => {
      const branches: Branch[] = [];
      const timer = setTimeout(() => {
        this.#drop(null);
        stage.settle({ kind: 'timeout' });
      }, timeoutMs);
      const stage: Stage = {
        branches,
        settle: (result) => {
          clearTimeout(timer);
          if (this.#stage === stage) this.#stage = null;
          resolve(result);
        },
      };
      this.#stage = stage;
      for (const target of targets) this.#fork(target, edit, stage);
      if (branches.length === 0) stage.settle({ kind: 'failed', status: 480, reason: 'Temporarily Unavailable' });
    });
  }

  #fork(target: Target, edit: (request: SipRequest) => void, stage: Stage): void {
    const { contacts, forwarder } = this.#plumbing;
    const connection = contacts.reach(target.uri);
    if (connection === null) return;
    const sent = clone(this.request);
    sent.uri = target.uri;
    removeHeader(sent, 'route');
    removeHeader(sent, 'proxy-authorization');
    sent.headers.unshift(['Record-Route', `<sip:${forwarder.host};transport=ws;lr>`]);
    edit(sent);
    const id = forwarder.forward(sent, connection, (response) => this.#onResponse(branch, response, stage));
    const branch: Branch = { id, target, sent, connection, status: 0 };
    stage.branches.push(branch);
  }

  #onResponse(branch: Branch, response: SipResponse, stage: Stage): void {
    const { status } = response;
    if (status === 100) return;
    const isFirstFinal = status >= 200 && branch.status < 200;
    branch.status = status;
    if (status >= 300) {
      branch.connection.send(companion(branch.sent, 'ACK', header(response, 'to')));
      this.#maybeFail(stage);
      return;
    }
    setHeader(response, 'From', header(this.request, 'from'));
    if (status < 200) {
      if (!this.#finished) this.connection.send(response);
      return;
    }
    // A second answer that crossed our CANCEL goes to the caller too, whose phone ends it (RFC 3261 section 13.2.2.4).
    this.connection.send(response);
    if (!isFirstFinal || this.#finished) return;
    this.#finished = true;
    this.#drop(branch);
    const uri = uriOf(header(response, 'contact'));
    this.#plumbing.contacts.learn(uri, branch.connection);
    stage.settle({ kind: 'answered', label: branch.target.label, dialog: this.#dialog(branch, response, uri) });
  }

  #dialog(branch: Branch, response: SipResponse, uri: string): Dialog {
    const from = header(this.request, 'from');
    const to = header(response, 'to');
    const fromTag = param(from, 'tag');
    const toTag = param(to, 'tag');
    return this.#plumbing.dialogs.add({
      callId: header(this.request, 'call-id'),
      a: { tag: fromTag, peerTag: toTag, uri: uriOf(header(this.request, 'contact')), address: from },
      b: { tag: toTag, peerTag: fromTag, uri: uri === '' ? branch.target.uri : uri, address: to },
    });
  }

  #maybeFail(stage: Stage): void {
    if (stage.branches.some((branch) => branch.status < 200)) return;
    const statuses = stage.branches.map((branch) => branch.status).filter((status) => status !== 487);
    // Busy says more than "not there", and that more than a fault.
    const best = [486, 600, 603, 480, 404].find((status) => statuses.includes(status)) ?? statuses[0] ?? 480;
    const reason = best === 486 ? 'Busy Here' : best === 603 ? 'Decline' : best === 404 ? 'Not Found' : 'Unavailable';
    stage.settle({ kind: 'failed', status: best, reason });
  }

  /** CANCELs the branches that have no final answer; `winner` tells them that another phone took the call. */
  #drop(winner: Branch | null): void {
    for (const branch of this.#stage?.branches ?? []) {
      if (branch === winner || branch.status >= 200) continue;
      const cancel = companion(branch.sent, 'CANCEL', header(branch.sent, 'to'));
      if (winner !== null) cancel.headers.push(['Reason', ELSEWHERE]);
      branch.connection.send(cancel);
    }
  }
}
