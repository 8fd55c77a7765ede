// SPDX-License-Identifier: MIT
import type { Connection, Contacts } from './connections.ts';
import type { Forwarder } from './forwarder.ts';
import {
  clone,
  header,
  makeResponse,
  newToken,
  param,
  removeHeader,
  type SipRequest,
  setHeader,
  withTag,
} from './message.ts';

/**
 * One end of an answered call. `peerTag` is the tag it believes the other end to have: in a call that was only passed
 * on that is the truth, in a call that the switch put together (callback) it is the switch's own.
 */
export type DialogSide = {
  readonly tag: string;
  readonly peerTag: string;
  readonly uri: string;
  readonly address: string;
};

export type Dialog = {
  readonly callId: string;
  readonly a: DialogSide;
  readonly b: DialogSide;
  ended: boolean;
  onEnd(): void;
};

/** Above any CSeq that a phone starts from, and the last request in its dialog anyway. */
const BYE_CSEQ = 2_000_000;

/** Answered calls: requests inside them are passed to the other end. */
export class Dialogs {
  readonly #dialogs = new Map<string, Dialog>();
  readonly #contacts: Contacts;
  readonly #forwarder: Forwarder;

  constructor(contacts: Contacts, forwarder: Forwarder) {
    this.#contacts = contacts;
    this.#forwarder = forwarder;
  }

  add(dialog: Omit<Dialog, 'ended' | 'onEnd'>): Dialog {
    const kept: Dialog = { ...dialog, ended: false, onEnd: () => undefined };
    this.#dialogs.set(dialog.callId, kept);
    return kept;
  }

  list(): Dialog[] {
    return [...this.#dialogs.values()];
  }

  /** Passes a request with a To tag on to the other end, or answers it for an end that is gone. */
  route(request: SipRequest, connection: Connection): void {
    const dialog = this.#dialogs.get(header(request, 'call-id'));
    const fromTag = param(header(request, 'from'), 'tag');
    const toTag = param(header(request, 'to'), 'tag');
    const isA = dialog?.a.tag === fromTag && dialog.a.peerTag === toTag;
    const isB = dialog?.b.tag === fromTag && dialog.b.peerTag === toTag;
    if (dialog === undefined || (!isA && !isB)) {
      if (request.method !== 'ACK') connection.send(makeResponse(request, 481, 'Call Does Not Exist'));
      return;
    }
    const other = isA ? dialog.b : dialog.a;
    const isBye = request.method === 'BYE';
    const socket = this.#contacts.reach(other.uri);
    if (socket === null) {
      if (isBye) connection.send(makeResponse(request, 200, 'OK'));
      else if (request.method !== 'ACK') connection.send(makeResponse(request, 480, 'Temporarily Unavailable'));
    } else {
      const passed = clone(request);
      passed.uri = other.uri;
      setHeader(passed, 'From', withTag(header(request, 'from'), other.peerTag));
      setHeader(passed, 'To', withTag(header(request, 'to'), other.tag));
      removeHeader(passed, 'route');
      this.#forwarder.forward(passed, socket, (response) => {
        setHeader(response, 'From', header(request, 'from'));
        setHeader(response, 'To', header(request, 'to'));
        connection.send(response);
        if (isBye && response.status >= 200) this.#dialogs.delete(dialog.callId);
      });
    }
    if (isBye) this.#end(dialog);
  }

  /** Ends a call from the switch's side: BYE to each end that can be reached. */
  hangUp(dialog: Dialog): void {
    for (const side of [dialog.a, dialog.b]) this.bye(dialog.callId, side, side === dialog.a ? dialog.b : dialog.a);
    this.#dialogs.delete(dialog.callId);
    this.#end(dialog);
  }

  bye(callId: string, side: DialogSide, other: Pick<DialogSide, 'address'>): void {
    const socket = this.#contacts.reach(side.uri);
    if (socket === null) return;
    const request: SipRequest = {
      kind: 'request',
      method: 'BYE',
      uri: side.uri,
      headers: [
        ['Max-Forwards', '70'],
        ['From', withTag(other.address, side.peerTag || newToken())],
        ['To', withTag(side.address, side.tag)],
        ['Call-ID', callId],
        ['CSeq', `${BYE_CSEQ} BYE`],
      ],
      body: '',
    };
    this.#forwarder.forward(request, socket, () => undefined);
  }

  #end(dialog: Dialog): void {
    if (dialog.ended) return;
    dialog.ended = true;
    dialog.onEnd();
  }
}
