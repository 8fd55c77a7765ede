// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, type DialogEnds, replacing } from './refer-to.ts';

const ends = (change: Partial<DialogEnds> = {}): DialogEnds => ({
  callId: 'abc@host',
  localTag: 'ours',
  remoteTag: 'theirs',
  remoteUri: 'sip:bob@pbx.test',
  remoteTarget: 'sip:x7@df7.invalid;transport=ws',
  ...change,
});

describe('addressOf', () => {
  it.each([
    ['+34600111222', 'sip:+34600111222@pbx.test'],
    ['*85#', 'sip:*85%23@pbx.test'],
    ['a@evil.example', 'sip:a%40evil.example@pbx.test'],
    ['1>;x=<sip:2', 'sip:1%3E%3Bx%3D%3Csip%3A2@pbx.test'],
  ])('%s', (number, address) => expect(addressOf(number, 'pbx.test')).toBe(address));
});

describe('replacing', () => {
  it('names the dialog as the party there knows it, escaped', () => {
    const expected = 'sip:bob@pbx.test?Replaces=abc%40host%3Bto-tag%3Dtheirs%3Bfrom-tag%3Dours';
    expect(replacing(ends(), 'pbx.test')).toBe(expected);
  });

  it.each([
    ['another domain', 'sip:bob@elsewhere.example'],
    ['a withheld number', 'sip:anonymous@pbx.test'],
    ['no user', 'sip:pbx.test'],
  ])('goes to the contact of a party with %s', (_what, remoteUri) => {
    expect(replacing(ends({ remoteUri }), 'pbx.test')).toMatch(/^sip:x7@df7\.invalid;transport=ws\?Replaces=/);
  });

  it('drops headers that the address had already', () => {
    const uri = replacing(ends({ remoteUri: 'sip:bob@pbx.test?Subject=x' }), 'pbx.test');
    expect(uri.split('?')).toHaveLength(2);
  });

  it('never breaks out of the brackets it is put in, and gives every part back', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (callId, localTag, remoteTag, remoteUri) => {
        const uri = replacing(ends({ callId, localTag, remoteTag, remoteUri }), 'pbx.test');
        expect(uri).not.toMatch(/[<>"\s]/);
        const [, replaces = ''] = /\?Replaces=(.*)$/.exec(uri) ?? [];
        expect(decodeURIComponent(replaces)).toBe(`${callId};to-tag=${remoteTag};from-tag=${localTag}`);
      }),
    );
  });
});
