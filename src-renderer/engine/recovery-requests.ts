// SPDX-License-Identifier: MIT
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { CallLine } from './recovery-line.ts';

type Handlers = {
  onTransportError?: () => void;
  onRequestTimeout?: () => void;
  onDialogError?: (response?: { readonly status_code: number }) => void;
};
type Options = { eventHandlers?: Handlers; [key: string]: unknown };
type Send = (method: string, options?: Options) => unknown;
/** Members JsSIP has but does not declare. */
type Internals = {
  _dialog: { sendRequest: Send } | null;
  sendRequest: Send;
  onTransportError(): void;
  onRequestTimeout(): void;
};

const BYE_TRIES = 3;

/**
 * A request in the middle of a call that gets lost with its socket, or meets a switch that cannot reach the far end
 * (408), makes JsSIP end the call. Here it only counts as lost: offers of the recovery are told to it, those of others
 * end in `terminate` as JsSIP has it, which jssip-hold.ts stops; the rest hears its own failure. A BYE that got lost
 * is sent again when the line is up, so that the far end is not left in a call with nobody.
 */
export function shieldRequests(
  session: RTCSession,
  line: CallLine,
  recovery: { readonly isOurs: () => boolean; readonly offerLost: () => void },
): void {
  const internals = session as unknown as Internals;
  const send = internals.sendRequest.bind(session);
  const { onTransportError, onRequestTimeout } = internals;
  let shielded = false;
  internals.onTransportError = () => {
    if (!shielded) onTransportError.call(session);
  };
  internals.onRequestTimeout = () => {
    if (!shielded) onRequestTimeout.call(session);
  };

  internals.sendRequest = (method, options = {}) => {
    if (method === 'ACK' || !session.isEstablished()) return send(method, options);
    if (method === 'BYE') return sendBye(internals._dialog, line, options, BYE_TRIES);
    const theirs = options.eventHandlers ?? {};
    const isOffer = method === 'INVITE' || method === 'UPDATE';
    const isOurs = isOffer && recovery.isOurs();
    const lost = (tell: (() => void) | undefined) => {
      shielded = isOurs || !isOffer;
      tell?.();
      shielded = false;
      // JsSIP counts the transaction as pending until its handlers are done.
      if (isOurs) setTimeout(recovery.offerLost);
    };
    const eventHandlers: Handlers = {
      ...theirs,
      onTransportError: () => lost(theirs.onTransportError),
      onRequestTimeout: () => lost(theirs.onRequestTimeout),
      onDialogError: (response) => {
        if (response?.status_code === 408) lost(theirs.onRequestTimeout);
        else theirs.onDialogError?.(response);
      },
    };
    return send(method, { ...options, eventHandlers });
  };
}

function sendBye(dialog: Internals['_dialog'], line: CallLine, options: Options, tries: number): unknown {
  const again = () => {
    if (tries <= 1) return;
    const stop = line.listen({
      up: () => {
        stop();
        sendBye(dialog, line, options, tries - 1);
      },
      down: () => {},
    });
  };
  return dialog?.sendRequest('BYE', {
    ...options,
    eventHandlers: { onTransportError: again, onRequestTimeout: again },
  });
}
