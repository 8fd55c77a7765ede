// SPDX-License-Identifier: MIT
import { accountMethods } from './account-methods.ts';
import { notificationMethods } from './notification-methods.ts';
import { pbxMethods } from './pbx-methods.ts';
import { redirectionMethods } from './redirection-methods.ts';
import { statisticsMethods } from './statistics-methods.ts';
import type { Run } from './types.ts';

/** `VERB path` without slashes at the ends; `*` stands for the variable part. */
const METHODS: Readonly<Record<string, Run>> = {
  ...accountMethods,
  ...pbxMethods,
  ...notificationMethods,
  ...redirectionMethods,
  ...statisticsMethods,
};

const PATTERNS = Object.entries(METHODS).map(([name, run]) => {
  const [verb = '', path = ''] = name.split(' ');
  return { verb, pattern: new RegExp(`^/v1/${path.replace('*', '([^/]+)')}/?$`), run };
});

/** The implementation of a request, or null when the sandbox (or the platform) has no such method. */
export function findMethod(verb: string, path: string): { run: Run; argument: string } | null {
  for (const entry of PATTERNS) {
    const match = entry.verb === verb ? entry.pattern.exec(path) : null;
    if (match !== null) return { run: entry.run, argument: match[1] ?? '' };
  }
  return null;
}
