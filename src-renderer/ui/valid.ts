// SPDX-License-Identifier: MIT
/** Checks of form fields, so that a mistake is told beside its field. Main checks everything again. */

export function isWebAddress(text: string): boolean {
  return hasProtocol(text, ['http:', 'https:']);
}

export function isSocketAddress(text: string): boolean {
  return hasProtocol(text, ['ws:', 'wss:']);
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  try {
    const url = new URL(text.trim());
    return protocols.includes(url.protocol) && url.hostname !== '' && text.length <= 2000;
  } catch {
    return false;
  }
}

export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());
}

/** A number as people write it: at least one digit, and nothing but what belongs into one. */
export function isNumber(text: string): boolean {
  const number = text.trim();
  return number.length <= 60 && /\d/.test(number) && /^[+\d\s().\-/*#]+$/.test(number);
}

export function isHost(text: string): boolean {
  return /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(text);
}

export function isStun(text: string): boolean {
  return /^stuns?:[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(text);
}

/** A network in CIDR form; the exact check of the address is main's. */
export function isNetwork(text: string): boolean {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (v4 !== null) {
    return v4.slice(1, 5).every((part) => Number(part) <= 255) && Number(v4[5]) <= 32;
  }
  const v6 = /^[0-9a-fA-F:]+:[0-9a-fA-F:.]*\/(\d{1,3})$/.exec(text);
  return v6 !== null && Number(v6[1]) <= 128;
}

/** A feature code of the PBX; `{ext}` stands once at most. Empty means that there is none. */
export function isFeatureCode(text: string): boolean {
  return /^[0-9*#]{0,20}(\{ext\})?[0-9*#]{0,20}$/.test(text);
}

export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

export function isPath(text: string): boolean {
  return /^\/[A-Za-z0-9/_-]{0,100}$/.test(text);
}

/** One entry a line; empty lines do not count. */
export function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A whole number in digits, from `least` to `most`. */
export function isWhole(text: string, least: number, most: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

export function isExtension(text: string): boolean {
  return /^\d{2,6}$/.test(text);
}
