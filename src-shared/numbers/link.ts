// SPDX-License-Identifier: MIT
const SCHEME = /^\s*(tel|callto|sips?):(?:\/\/)?/i;

/** What a link says; none of it is checked to be a number yet. */
export type LinkParts = {
  readonly number: string;
  /** Keys for after the connection, pauses as commas; '' for none. */
  readonly after: string;
  /** Whose number it is, when it is not everybody's: the host of a `sip:` link or of a `phone-context`; '' for none. */
  readonly host: string;
};

/**
 * A `tel:`, `callto:` or `sip:` link taken apart (RFC 3966, RFC 3261 section 19.1): percent-encoding undone, query,
 * password and port left out, `phone-context=+34` put in front, `ext` and `postd` as keys for later. Other text is a
 * number alone; null for a broken link.
 */
export function readLink(text: string): LinkParts | null {
  const scheme = SCHEME.exec(text);
  if (!scheme) return { number: text, after: '', host: '' };
  const body = text.slice(scheme[0].length).trim();
  const [address = '', ...parameters] = (body.split('?')[0] ?? '').split(';');
  const [user = '', place = ''] = scheme[1]?.toLowerCase().startsWith('sip') ? address.split('@') : [address];
  try {
    const context = decodeURIComponent(parameter(parameters, 'phone-context'));
    const number = decodeURIComponent(user.split(':')[0] ?? '')
      .replace(/\/+$/, '')
      .trim();
    const after = decodeURIComponent(parameter(parameters, 'ext') || parameter(parameters, 'postd'));
    const prefix = context.startsWith('+') && !number.startsWith('+') ? context : '';
    return {
      number: prefix + number,
      after: after.replace(/[pw]/gi, ',').replace(/[\s.()-]/g, ''),
      host: (place.split(':')[0] ?? '') || (context.startsWith('+') ? '' : context),
    };
  } catch {
    return null; // a stray percent sign
  }
}

function parameter(parameters: readonly string[], name: string): string {
  const found = parameters.find((one) => one.toLowerCase().startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? '';
}
