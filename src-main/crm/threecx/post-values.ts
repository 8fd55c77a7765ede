// SPDX-License-Identifier: MIT
import type { XmlNode } from './xml.ts';

export const VALUE_TYPES = ['String', 'Integer', 'Double', 'Boolean', 'DateTime'] as const;

/** A part of a body: a value, or an object or list of parts. */
export type PostValue = {
  readonly kind: 'value' | 'object' | 'array';
  /** '' in a list. */
  readonly key: string;
  readonly onlyIf: string;
  readonly skipIf: string;
  readonly passes: number;
  readonly type: (typeof VALUE_TYPES)[number];
  readonly text: string;
  readonly children: readonly PostValue[];
};

type Note = (text: string) => void;

const KINDS: Readonly<Record<string, PostValue['kind']>> = { Value: 'value', Object: 'object', Array: 'array' };
/** What the connection itself says of a request. */
const FORBIDDEN =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|cookie2?|expect)$/i;

export function readPostValues(node: XmlNode | undefined, say: Note): readonly PostValue[] {
  return (node?.children ?? []).flatMap((child) => {
    const kind = KINDS[child.name];
    if (kind === undefined) return []; // told of with all that nobody reads
    const { Key: key = '', If = '', SkipIf = '', Passes, Type: type = 'String' } = child.attributes;
    const known = VALUE_TYPES.find((one) => one.toLowerCase() === type.toLowerCase());
    if (kind === 'value' && known === undefined) say(`values of the type ${type}`);
    return [
      {
        kind,
        key,
        onlyIf: If,
        skipIf: SkipIf,
        passes: passesOf(Passes),
        type: known ?? 'String',
        text: child.text,
        children: kind === 'value' ? [] : readPostValues(child, say),
      },
    ];
  });
}

/** Those that may be sent; the others are named. */
export function readHeaders(node: XmlNode | undefined, say: Note): readonly PostValue[] {
  return readPostValues(node, say).filter(({ kind, key }) => {
    const isFine = kind === 'value' && /^[A-Za-z0-9-]{1,60}$/.test(key) && !FORBIDDEN.test(key);
    if (!isFine) say(`the header ${key.slice(0, 60)}`);
    return isFine;
  });
}

/** How often expressions in what comes out are worked out again: 0 to 2. */
export function passesOf(text: string | undefined): number {
  return Math.min(2, Math.max(0, Math.trunc(Number(text)) || 0));
}
