// SPDX-License-Identifier: MIT
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element of a document, as far as templates need it: namespaces and the order between text and elements are gone. */
export type XmlNode = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** The text of this element alone, as written. */
  readonly text: string;
};

const MOST_CHARACTERS = 1_000_000;
const DEEPEST = 40;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  maxNestedTags: DEEPEST,
  // Entities are read below: those of XML itself and characters by number, nothing that a document could define.
  processEntities: false,
});

/**
 * A small XML document. Documents with a document type are refused: entities of their own, bombs of them too, cannot be.
 *
 * @throws Error with a sentence on why it cannot be read
 */
export function readXml(file: string): XmlNode {
  const text = file.replace(/^\uFEFF/, '');
  if (text.length > MOST_CHARACTERS) throw new Error('the file is larger than 1 MB');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new Error('files with a document type (<!DOCTYPE) are not read');
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw new Error(`line ${checked.err.line}: ${checked.err.msg}`);
  const roots = elements(parse(text));
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw new Error('the file needs exactly one element at its top');
  return root;
}

/** Children of that name. */
export function all(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}

export function first(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return all(node, name)[0];
}

function parse(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (cause) {
    throw new Error(cause instanceof Error ? cause.message : 'the file cannot be read', { cause });
  }
}

/** The parser's form: each part is an object whose one key beside `:@` (the attributes) is the element's name. */
function elements(parts: unknown): readonly XmlNode[] {
  if (!Array.isArray(parts)) return [];
  return parts.flatMap((part: Record<string, unknown>) => {
    const name = Object.keys(part).find((key) => key !== ':@');
    if (name === undefined || name.startsWith('#')) return [];
    const attributes = Object.entries((part[':@'] ?? {}) as Record<string, unknown>);
    return [
      {
        name,
        attributes: Object.fromEntries(attributes.map(([key, value]) => [key, decoded(String(value))])),
        children: elements(part[name]),
        text: textOf(part[name]),
      },
    ];
  });
}

function textOf(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts
    .map((part: Record<string, unknown>) => {
      if (typeof part['#text'] === 'string') return decoded(part['#text']);
      return Array.isArray(part['#cdata'])
        ? part['#cdata'].map((piece: Record<string, unknown>) => String(piece['#text'] ?? '')).join('')
        : '';
    })
    .join('');
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{1,10}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
