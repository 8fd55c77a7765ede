// SPDX-License-Identifier: MIT
/**
 * Text for a native notification. Linux servers may read the body as markup, and a caller chooses their own name:
 * angle brackets become look-alikes there, so that a name stays a name. Control characters are dropped everywhere.
 */
export function notificationText(text: string, platform: string): string {
  const plain = text.replace(/[^\P{Cc}\n]/gu, ' ').slice(0, 300);
  return platform === 'linux' ? plain.replaceAll('<', '‹').replaceAll('>', '›') : plain;
}
