// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeLines } from './merge-lines.ts';

const merge = (current: string, before: string, after: string, most = 1_000) =>
  mergeLines(current, before === '' ? [] : before.split('\n'), after === '' ? [] : after.split('\n'), most);

describe('our part of a text', () => {
  it.each([
    ['is added to', 'call', 'call', 'call\nnote\nhttps://r', 'call\nnote\nhttps://r'],
    ['is replaced', 'call\nold note', 'call\nold note', 'call\nnew note', 'call\nnew note'],
    ['stays where people wrote round it', 'top\ncall\nend', 'call', 'call\nnote', 'top\ncall\nnote\nend'],
    ['does not come back where people took it out', 'theirs', 'call', 'call\nnote', 'theirs\nnote'],
    ['does not come back where people edited it', 'call, edited', 'call', 'call\nnote', 'call, edited\nnote'],
    ['goes before what is left of it', 'call, edited\nurl', 'call\nurl', 'call\nnote\nurl', 'call, edited\nnote\nurl'],
    ['is not doubled', 'call\nnote', 'call', 'call\nnote', 'call\nnote'],
    ['is added when what was there is not known', 'call\nend', '', 'call\nnote', 'call\nnote\nend'],
    ['grows as a conversation does', 'a\nb', '', 'a\nb\nb\nc', 'a\nb\nb\nc'],
    ['is found under other line ends', 'call\r\nend', 'call', 'call\nnote', 'call\nnote\nend'],
    ['begins an empty text', '', '', 'call', 'call'],
  ])('%s', (_what, current, before, after, expected) => {
    expect(merge(current, before, after)).toBe(expected);
  });

  it('stays out where there is no room', () => {
    expect(merge('theirs', '', 'a long line of ours\nb', 10)).toBe('theirs\nb');
  });
});

const line = fc.stringMatching(/^[a-d ]{1,3}$/);
const lines = fc.array(line, { maxLength: 6 });
const theirs = fc.array(fc.stringMatching(/^[x-z]{1,3}$/), { maxLength: 6 });

describe('whatever is merged', () => {
  it('no line of other people is lost or moved', () => {
    fc.assert(
      fc.property(theirs, lines, lines, fc.boolean(), (people, before, after, known) => {
        const current = people
          .flatMap((one, at) => [...before.slice(at, at + 1), one])
          .concat(before.slice(people.length));
        const merged = mergeLines(current.join('\n'), known ? before : [], after, 10_000).split('\n');
        expect(merged.filter((one) => /[x-z]/.test(one))).toEqual(people);
      }),
    );
  });

  it('nobody else’s text there: it ends as what we want', () => {
    fc.assert(
      fc.property(fc.uniqueArray(line), fc.uniqueArray(line), (before, after) => {
        const merged = mergeLines(before.join('\n'), before, after, 10_000);
        expect([...merged.split('\n')].filter(Boolean).sort()).toEqual([...after].filter(Boolean).sort());
      }),
    );
  });

  it('doing it twice changes nothing more', () => {
    fc.assert(
      fc.property(theirs, lines, lines, (people, before, after) => {
        const once = mergeLines([...before, ...people].join('\n'), before, after, 10_000);
        expect(mergeLines(once, after, after, 10_000)).toBe(once);
      }),
    );
  });
});
