// SPDX-License-Identifier: MIT
/**
 * Names whose values are identifiers or telephone numbers even where the PBX writes them as JSON numbers. Recording
 * ids such as 1781129241.26640977 lose their last digit as a JavaScript number (megacall-api.md, trap 9).
 */
const ID_KEYS = new Set(['call_id', 'call_id_with_rec', 'pbx_call_id', 'id', 'pbx_id', 'sip', 'number', 'from', 'to']);
for (const key of ['clid', 'caller_id', 'called_did', 'caller_did', 'destination', 'internal', 'last_internal']) {
  ID_KEYS.add(key);
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * `JSON.parse`, except that ids, and all numbers of more than fifteen significant digits, arrive as their exact text.
 * A byte order mark before the text is passed over. Throws SyntaxError, and RangeError on absurd nesting.
 */
export function parseJsonKeepingIds(text: string): unknown {
  return parse(text, (key, source) => ID_KEYS.has(key) || significantDigits(source) > 15);
}

/** The same with every number as its exact text: for notifications, whose values are all text. */
export function parseJsonNumbersAsText(text: string): unknown {
  return parse(text, () => true);
}

function parse(text: string, asText: (key: string, source: string) => boolean): unknown {
  const reviver: Reviver = (key, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    return asText(key, context.source) ? context.source : value;
  };
  return JSON.parse(text.replace(/^\uFEFF/, ''), reviver);
}

function significantDigits(source: string): number {
  return source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '').length;
}
