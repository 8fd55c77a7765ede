// SPDX-License-Identifier: MIT
/** Who is calling, out of a From or P-Asserted-Identity header. Anybody can write these: nothing in them is trusted. */
export type Identity = { readonly number: string; readonly name: string | null };

const MAX_HEADER = 2_000;
const MAX_NUMBER = 60;
const MAX_NAME = 100;
/** Users that stand for "no number" (RFC 3323 and what switches send). */
const WITHHELD = new Set(['anonymous', 'unknown', 'restricted', 'unavailable', 'private', 'asterisk']);

/** Drops control characters, line and paragraph separators and the marks that turn the direction of text round. */
export function cleanText(text: string, max: number): string {
  const kept = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, ' ').replace(/\s+/gu, ' ');
  return [...kept.trim()].slice(0, max).join('').trim();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Position of the `<` that opens the address: the first one outside a quoted name, or -1. */
function addressStart(header: string): number {
  let quoted = false;
  for (let at = 0; at < header.length; at += 1) {
    const char = header[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === '<' && !quoted) return at;
  }
  return -1;
}

/** The user part of an address, decoded, without parameters or password; '' when withheld or absent. */
export function numberOf(address: string): string {
  const body = /^\s*(?:sips?|tel):(.*)$/is.exec(address.slice(0, MAX_HEADER))?.[1] ?? '';
  const at = body.indexOf('@');
  const isTel = /^\s*tel:/i.test(address);
  if (at < 0 && !isTel) return '';
  const user = (at < 0 ? body : body.slice(0, at)).split(/[;:?>]/, 1)[0] ?? '';
  const number = cleanText(decode(user), MAX_NUMBER).replace(/\s/gu, '');
  return WITHHELD.has(number.toLowerCase()) ? '' : number;
}

/** Reads one name-addr or addr-spec. Never throws; what it cannot read is empty. */
export function parseIdentity(raw: string): Identity {
  const header = raw.slice(0, MAX_HEADER);
  const open = addressStart(header);
  if (open < 0) return { number: numberOf(header.split(';', 1)[0] ?? ''), name: null };
  const close = header.indexOf('>', open);
  const number = numberOf(header.slice(open + 1, close < 0 ? undefined : close));
  let name = header.slice(0, open).trim();
  if (name.startsWith('"')) name = name.replace(/^"|"$/g, '').replace(/\\(.)/gs, '$1');
  const clean = cleanText(name, MAX_NAME);
  return { number, name: clean === '' || clean === number ? null : clean };
}

/** The caller of an INVITE: what the PBX asserts wins over what the caller's phone claims. */
export function callerOf(asserted: string | null, from: string | null): Identity {
  const claimed = parseIdentity(from ?? '');
  if (asserted === null) return claimed;
  const trusted = parseIdentity(asserted);
  return trusted.number === '' ? claimed : { number: trusted.number, name: trusted.name ?? claimed.name };
}
