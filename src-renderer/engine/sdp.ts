// SPDX-License-Identifier: MIT
/** The few things about SDP and codecs that have to be put right by hand. All functions are pure. */

type Role = 'active' | 'passive';

function setupOf(sdp: string): string | null {
  return /^a=setup:(\w+)\s*$/m.exec(sdp)?.[1] ?? null;
}

/** Our DTLS role in an established session (RFC 5763 section 5), or null when the descriptions do not tell. */
export function dtlsRole(local: string, remote: string): Role | null {
  const [ours, theirs] = [setupOf(local), setupOf(remote)];
  if (ours === 'active' || ours === 'passive') return ours;
  if (theirs === 'active') return 'passive';
  if (theirs === 'passive') return 'active';
  return null;
}

/**
 * A later offer that names the role we have instead of "actpass". A phone that is asked anew may choose the other one
 * (baresip does), and Chromium then refuses its answer: hold would fail on every call that came in.
 */
export function keepDtlsRole(offer: string, role: Role | null): string {
  return role === null ? offer : offer.replace(/^a=setup:actpass/gm, `a=setup:${role}`);
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
