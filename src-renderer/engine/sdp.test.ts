// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { heldAnswer, holds, offersSecureAudio, remoteDtlsRole, settleDtlsRole, toneStretch } from './sdp.ts';

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

const AUDIO = 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n';

describe('holds', () => {
  it.each([
    ['nothing said', `v=0\r\n${AUDIO}`, false],
    ['both ways', `v=0\r\n${AUDIO}a=sendrecv\r\n`, false],
    ['it listens only', `v=0\r\n${AUDIO}a=recvonly\r\n`, false],
    ['it sends only', `v=0\r\n${AUDIO}a=sendonly\r\n`, true],
    ['neither', `v=0\r\n${AUDIO}a=inactive\r\n`, true],
    ['for the whole session', `v=0\r\na=sendonly\r\n${AUDIO}`, true],
    ['the medium says otherwise', `v=0\r\na=sendonly\r\n${AUDIO}a=sendrecv\r\n`, false],
    ['only the video', `v=0\r\n${AUDIO}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=inactive\r\n`, false],
    ['no description', 'x', false],
  ])('%s', (_what, text, held) => expect(holds(text)).toBe(held));
});

it('heldAnswer lets nobody out of a hold', () => {
  expect(heldAnswer('a=sendrecv\r\na=recvonly\r\na=sendonly\r\n')).toBe('a=sendonly\r\na=inactive\r\na=sendonly\r\n');
});

describe('offersSecureAudio', () => {
  const print = 'a=fingerprint:sha-256 AA:BB\r\n';
  it.each([
    ['DTLS-SRTP', `v=0\r\n${AUDIO}${print}`, true],
    ['fingerprint of the whole session', `v=0\r\n${print}${AUDIO}`, true],
    ['no fingerprint', `v=0\r\n${AUDIO}`, false],
    ['plain RTP', `v=0\r\nm=audio 4000 RTP/AVP 0\r\n${print}`, false],
    ['SDES', 'v=0\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:1 x inline:y\r\n', false],
    ['a refused medium', `v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 0\r\n${print}`, false],
    ['video only', `v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n${print}`, false],
    ['rubbish', '\u0000m=audio', false],
  ])('%s', (_what, text, secure) => expect(offersSecureAudio(text)).toBe(secure));
});
