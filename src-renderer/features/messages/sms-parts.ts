// SPDX-License-Identifier: MIT
/** The alphabet of GSM 03.38; its second row takes two places each. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('^{}\\[~]|€\f');

export type SmsSize = {
  /** Characters as the network counts them. */
  readonly length: number;
  /** Messages it is sent as: each is charged. */
  readonly parts: number;
  /** Letters outside the SMS alphabet: 70 characters a message in place of 160. */
  readonly special: boolean;
};

/** How long a text is as SMS; the parts of a long one have room for less each. */
export function smsSize(text: string): SmsSize {
  const letters = [...text];
  const special = letters.some((letter) => !BASIC.has(letter) && !EXTENDED.has(letter));
  const sizes = letters.map((letter) => (special ? letter.length : EXTENDED.has(letter) ? 2 : 1));
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const [one, each] = special ? [70, 67] : [160, 153];
  if (length <= one) return { length, parts: length === 0 ? 0 : 1, special };
  // A letter of two places is never cut in half.
  let parts = 1;
  let room = each;
  for (const size of sizes) {
    if (size > room) {
      parts += 1;
      room = each;
    }
    room -= size;
  }
  return { length, parts, special };
}
