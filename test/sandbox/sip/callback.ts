// SPDX-License-Identifier: MIT
import type { Target } from './connections.ts';
import { type DialplanParts, dispositionOf, finish } from './dialplan.ts';
import type { Plumbing } from './invite.ts';
import { header, newToken, param, type SipRequest, type SipResponse, setHeader, uriOf, withTag } from './message.ts';
import { CUSTOMER } from './registrar.ts';

type Leg = { readonly response: SipResponse; readonly uri: string; readonly invite: SipRequest };

/**
 * A call that the switch starts by itself: first the agent's phone, then the other side (section 2.6). The agent's
 * phone is invited without a session description, offers one with its answer, and that offer invites the other side
 * (RFC 3725, flow I). Both legs share a Call-ID, and the dialog table swaps the tags in which they differ.
 */
export async function placeCallback(
  parts: DialplanParts,
  plumbing: Plumbing,
  extension: string,
  to: string,
): Promise<void> {
  const { registrar, calls, domain, account } = parts;
  const agent = registrar.targets(extension)[0];
  if (agent === undefined) return;
  const callId = newToken();
  const ownTag = newToken();
  const shownToAgent = `<sip:${to}@${domain}>`;
  const agentAddress = `<sip:${account.pbxId}-${extension}@${domain}>`;
  const first = await invite(parts, plumbing, agent, {
    callId,
    from: withTag(shownToAgent, ownTag),
    to: agentAddress,
    body: '',
  });
  if (typeof first === 'number') return;

  const call = calls.outgoing({ extension, to });
  void call.start();
  const agentTag = param(header(first.response, 'to'), 'tag');
  const customer = registrar.targets(CUSTOMER)[0];
  const shownToCustomer = `<sip:${account.dids[0] ?? 'anonymous'}@${domain}>`;
  const second =
    customer === undefined
      ? 480
      : await invite(parts, plumbing, customer, {
          callId,
          from: withTag(shownToCustomer, agentTag),
          to: shownToAgent,
          body: first.response.body,
        });
  const agentSide = { tag: agentTag, peerTag: ownTag, uri: first.uri, address: agentAddress };
  if (typeof second === 'number') {
    acknowledge(plumbing, first, '');
    plumbing.dialogs.bye(callId, agentSide, { address: shownToAgent });
    return finish(parts, call, dispositionOf({ kind: 'failed', status: second, reason: '' }));
  }
  const customerTag = param(header(second.response, 'to'), 'tag');
  const customerSide = { tag: customerTag, peerTag: agentTag, uri: second.uri, address: shownToAgent };
  const dialog = plumbing.dialogs.add({ callId, a: agentSide, b: customerSide });
  dialog.onEnd = () => void finish(parts, call, { disposition: 'answered' });
  acknowledge(plumbing, second, '');
  acknowledge(plumbing, first, second.response.body);
  void call.answer();
}

type Content = { readonly callId: string; readonly from: string; readonly to: string; readonly body: string };

/** Rings one phone; resolves with its answer or the status it refused with (487 when the time was over). */
function invite(parts: DialplanParts, plumbing: Plumbing, target: Target, content: Content): Promise<Leg | number> {
  const { contacts, forwarder } = plumbing;
  const connection = contacts.reach(target.uri);
  if (connection === null) return Promise.resolve(480);
  const request: SipRequest = {
    kind: 'request',
    method: 'INVITE',
    uri: target.uri,
    headers: [
      ['From', content.from],
      ['To', content.to],
      ['Call-ID', content.callId],
      ['CSeq', '1 INVITE'],
      ['Contact', `<sip:switch@${forwarder.host};transport=ws>`],
      ['Allow', 'INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS, REFER, NOTIFY'],
      ...(content.body === '' ? [] : [['Content-Type', 'application/sdp'] satisfies [string, string]]),
    ],
    body: content.body,
  };
  return new Promise((resolve) => {
    let done = false;
    const settle = (result: Leg | number): void => {
      done = true;
      resolve(result);
    };
    forwarder.forward(request, connection, (response) => {
      if (response.status < 200 || done) return;
      const contact = uriOf(header(response, 'contact'));
      const uri = contact === '' ? target.uri : contact;
      contacts.learn(uri, connection);
      const leg = { response, uri, invite: request };
      if (response.status >= 300) acknowledge(plumbing, leg, '');
      settle(response.status >= 300 ? response.status : leg);
    });
    parts.later(() => {
      if (done) return;
      const cancel = {
        ...request,
        method: 'CANCEL',
        body: '',
        headers: request.headers.map(([n, v]): [string, string] => [n, v]),
      };
      setHeader(cancel, 'CSeq', '1 CANCEL');
      connection.send(cancel);
      settle(487);
    }, parts.ringTimeoutMs);
  });
}

/** ACK: for a refusal in the INVITE's own transaction, for an answer in a new one. */
function acknowledge({ contacts, forwarder }: Plumbing, leg: Leg, body: string): void {
  const connection = contacts.reach(leg.uri);
  if (connection === null) return;
  const request: SipRequest = {
    kind: 'request',
    method: 'ACK',
    uri: leg.uri,
    headers: [
      ['Max-Forwards', '70'],
      ['From', header(leg.invite, 'from')],
      ['To', header(leg.response, 'to')],
      ['Call-ID', header(leg.invite, 'call-id')],
      ['CSeq', '1 ACK'],
      ...(body === '' ? [] : [['Content-Type', 'application/sdp'] satisfies [string, string]]),
    ],
    body,
  };
  if (leg.response.status < 300) {
    forwarder.forward(request, connection, () => undefined);
    return;
  }
  const via = leg.invite.headers.find(([name]) => name === 'Via');
  if (via !== undefined) request.headers.unshift(via);
  connection.send(request);
}
