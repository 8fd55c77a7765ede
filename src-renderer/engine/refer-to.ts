// SPDX-License-Identifier: MIT
/** Addresses that calls are placed and sent on to. All functions are pure. */

/** Both ends of a dialog as this side knows them (RFC 3261 section 12). */
export type DialogEnds = {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Whom the call is with: To of a call we made, From of one that came in. */
  readonly remoteUri: string;
  /** The other phone's Contact. */
  readonly remoteTarget: string;
};

/** `sip:` address of a number at our switch. */
export function addressOf(number: string, domain: string): string {
  // "+" stands for itself in a user part (RFC 3261 section 25.1), and switches compare it as text.
  return `sip:${encodeURIComponent(number).replace(/%2B/g, '+')}@${domain}`;
}

/**
 * Refer-To that puts another party in the place of ours in this dialog (RFC 3891 section 3): `to-tag` is the tag that
 * the party there has for itself, which is our remote one, `from-tag` is ours, whoever called whom. (JsSIP writes the
 * tags of the INVITE instead, which is the same for a call we made and the wrong way round for one that came in.)
 */
export function replacing(ends: DialogEnds, domain: string): string {
  const replaces = `${ends.callId};to-tag=${ends.remoteTag};from-tag=${ends.localTag}`;
  return `${targetOf(ends, domain)}?Replaces=${escapeHeader(replaces)}`;
}

/**
 * Where the new INVITE goes. The party's address at our own switch: everybody can reach that, and the switch finds the
 * phone (RFC 5589 section 6.1 would like the Contact, but a browser's Contact leads nowhere). For a caller from
 * another domain, or one who withheld the number, only the Contact is left.
 */
function targetOf(ends: DialogEnds, domain: string): string {
  const uri = bare(ends.remoteUri);
  const [, user = '', host = ''] = /^sips?:([^@]*)@([^;:?]+)/i.exec(uri) ?? [];
  const atHome = host.toLowerCase() === domain.toLowerCase() && user !== '' && user.toLowerCase() !== 'anonymous';
  return atHome ? uri : bare(ends.remoteTarget);
}

/** Without headers, which would run into ours, and without what would end the `<…>` around it. */
function bare(uri: string): string {
  return (uri.split('?', 1)[0] ?? '').replace(/[<>"\s]/g, '');
}

/** Escapes what a header inside a URI may not hold (RFC 3261 section 25.1, `hvalue`). */
function escapeHeader(value: string): string {
  return encodeURIComponent(value).replace(/'/g, '%27');
}
