// SPDX-License-Identifier: MIT
/** The few things about SDP and codecs that have to be put right by hand. All functions are pure. */

type Role = 'active' | 'passive';

function setupOf(sdp: string): string | null {
  return /^a=setup:(\w+)\s*$/m.exec(sdp)?.[1] ?? null;
}

/** The other side's DTLS role in an established session (RFC 5763 section 5); null when nothing tells. */
export function remoteDtlsRole(local: string, remote: string): Role | null {
  const [ours, theirs] = [setupOf(local), setupOf(remote)];
  if (theirs === 'active' || theirs === 'passive') return theirs;
  if (ours === 'active') return 'passive';
  if (ours === 'passive') return 'active';
  return null;
}

/**
 * An answer may not say "actpass", but some phones (baresip) do in the answer to a re-INVITE on a call that they made,
 * and Chromium then gives the whole session up: hold would end every such call. They mean the role they have.
 */
export function settleDtlsRole(answer: string, role: Role | null): string {
  return role === null ? answer : answer.replace(/^a=setup:actpass/gm, `a=setup:${role}`);
}

/**
 * By how much a tone's duration must be stretched. Chromium counts a tone in the clock of telephone-event but lets it
 * pass in the clock of the voice codec: with Opus (48 kHz) and telephone-event/8000, six times too fast, so that a
 * tone of 120 ms is one end packet that some phones do not hear. `codecs` is RTCRtpSendParameters.codecs.
 */
export function toneStretch(codecs: readonly { readonly mimeType: string; readonly clockRate: number }[]): number {
  const isEvent = ({ mimeType }: { readonly mimeType: string }) => /telephone-event$/i.test(mimeType);
  const voice = codecs.find((codec) => !isEvent(codec));
  const events = codecs.filter(isEvent);
  if (voice === undefined || events.length === 0) return 1;
  if (events.some(({ clockRate }) => clockRate === voice.clockRate)) return 1;
  return Math.max(1, voice.clockRate / Math.max(...events.map(({ clockRate }) => clockRate)));
}

/** The parts of a description: what holds for all of it, then one for each medium. */
function sections(sdp: string): readonly string[] {
  return sdp.split(/^(?=m=)/m);
}

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)[ \t]*\r?$/m;

/** Whether the other side's description stops our voice: it sends music or nothing, and listens no more. */
export function holds(sdp: string): boolean {
  const [all = '', ...media] = sections(sdp);
  const audio = media.find((section) => section.startsWith('m=audio')) ?? '';
  const direction = DIRECTION.exec(audio)?.[1] ?? DIRECTION.exec(all)?.[1];
  return direction === 'sendonly' || direction === 'inactive';
}

/** An answer from a side that holds. Without this, a re-INVITE of the held party would end the hold unasked. */
export function heldAnswer(sdp: string): string {
  return sdp.replace(/^a=sendrecv/gm, 'a=sendonly').replace(/^a=recvonly/gm, 'a=inactive');
}

/** Whether an offer has voice under DTLS-SRTP (RFC 5763, RFC 5764): anything else would travel in the clear. */
export function offersSecureAudio(sdp: string): boolean {
  const [all = '', ...media] = sections(sdp);
  return media.some(
    (section) =>
      /^m=audio [1-9]\d* UDP\/TLS\/RTP\/SAVPF? /.test(section) && /^a=fingerprint:\S+ \S+/m.test(all + section),
  );
}
