// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { remoteDtlsRole, settleDtlsRole, toneStretch } from './sdp.ts';

const sdp = (setup: string) => `v=0\r\na=setup:${setup}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n`;

describe('remoteDtlsRole', () => {
  it.each([
    ['actpass', 'active', 'active'],
    ['actpass', 'passive', 'passive'],
    ['active', 'actpass', 'passive'],
    ['passive', 'actpass', 'active'],
    ['actpass', 'actpass', null],
  ])('ours %s, theirs %s: %s', (ours, theirs, role) => {
    expect(remoteDtlsRole(sdp(ours), sdp(theirs))).toBe(role);
  });
});

describe('settleDtlsRole', () => {
  it('changes nothing but an answer that left the role open', () => {
    expect(settleDtlsRole(sdp('actpass'), 'passive')).toBe(sdp('passive'));
    expect(settleDtlsRole(sdp('active'), 'passive')).toBe(sdp('active'));
    expect(settleDtlsRole(sdp('actpass'), null)).toBe(sdp('actpass'));
  });
});

describe('toneStretch', () => {
  const opus = { mimeType: 'audio/opus', clockRate: 48_000 };
  const pcma = { mimeType: 'audio/PCMA', clockRate: 8_000 };
  const event = (clockRate: number) => ({ mimeType: 'audio/telephone-event', clockRate });
  it.each([
    ['Opus with events of its own clock', [opus, event(48_000), event(8_000)], 1],
    ['Opus with events of 8 kHz only', [opus, pcma, event(8_000)], 6],
    ['G.711', [pcma, event(8_000)], 1],
    ['no events', [opus], 1],
    ['nothing', [], 1],
  ])('%s', (_what, codecs, stretch) => expect(toneStretch(codecs)).toBe(stretch));
});
