// SPDX-License-Identifier: MIT
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as 43 characters that a URL takes as they are: `state` and PKCE verifier (RFC 7636 section 4.1). */
export function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** The S256 challenge of a verifier. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Equality whose time tells nothing about where two texts differ, nor how long the secret one is. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
