// SPDX-License-Identifier: MIT
const SCHEME = /^\s*(tel|callto|sips?):(?:\/\/)?/i;

/**
 * The number in a `tel:`, `callto:` or `sip:` link: parameters, query, password and host stripped, percent-encoding
 * undone, `phone-context=+34` put in front (RFC 3966). Other text comes back as it is; null for a broken link.
 * What comes back is not yet checked to be a number.
 */
export function numberOfLink(text: string): string | null {
  const scheme = SCHEME.exec(text);
  if (!scheme) return text;
  const body = text.slice(scheme[0].length).trim();
  const [address = '', ...parameters] = (body.split('?')[0] ?? '').split(';');
  const user = scheme[1]?.toLowerCase().startsWith('sip') ? (address.split('@')[0]?.split(':')[0] ?? '') : address;
  const context = parameters.find((parameter) => /^phone-context=(\+|%2B)/i.test(parameter))?.slice(14) ?? '';
  try {
    const number = decodeURIComponent(user).replace(/\/+$/, '').trim();
    return number.startsWith('+') ? number : decodeURIComponent(context) + number;
  } catch {
    return null; // a stray percent sign
  }
}
