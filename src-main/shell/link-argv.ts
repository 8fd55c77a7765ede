// SPDX-License-Identifier: MIT
export const LINK_SCHEMES = ['tel', 'callto', 'sip'] as const;

/** Longer than any number, with room for parameters; what is longer is nobody's telephone number. */
const MAX_LINK = 500;

/** Whether a text is a telephone link that may be handed on: still hostile, but bounded. */
export function isLink(text: string): boolean {
  return text.length <= MAX_LINK && /^(tel|callto|sip):[^\p{Cc}]+$/iu.test(text);
}

/** The telephone link in a command line (without the program's own name), or null. The system passes one at most. */
export function linkIn(args: readonly string[]): string | null {
  return args.find(isLink) ?? null;
}
