// SPDX-License-Identifier: MIT
import type { ErrorCode, ErrorParams } from '../errors.ts';
import { isTimeZone } from './quiet-hours.ts';
import type { TeamMember, TeamSettings } from './team.ts';

export type TeamProblem = { readonly code: ErrorCode; readonly params: ErrorParams };

/**
 * What is wrong with settings of the right shape, for the admin's screen and for the relay; null when nothing is. An
 * extension belongs to one user, and a user has one extension (section 2 of the Megacall guide).
 */
export function teamProblem(settings: TeamSettings): TeamProblem | null {
  const { members, defaultResponsible, rules } = settings;
  const extension = twice(members, ({ extension: one }) => one);
  if (extension !== null) return { code: 'team.extension-twice', params: { extension: extension.extension } };
  const user = twice(members, ({ email }) => email) ?? twice(members, ({ crmUser }) => crmUser);
  if (user !== null) return { code: 'team.user-twice', params: { name: user.name || user.email || user.extension } };
  if (defaultResponsible !== null && !members.some((one) => one.extension === defaultResponsible)) {
    return { code: 'team.responsible', params: { extension: defaultResponsible } };
  }
  const time = rules.quietHours.find(({ timeZone }) => !isTimeZone(timeZone));
  return time === undefined ? null : { code: 'team.zone', params: { zone: time.timeZone } };
}

/** The first member with a value that an earlier one has too; empty ones are nobody's. */
function twice(members: readonly TeamMember[], keyOf: (member: TeamMember) => string): TeamMember | null {
  const seen = new Set<string>();
  for (const member of members) {
    const value = keyOf(member).trim().toLowerCase();
    if (value !== '' && seen.has(value)) return member;
    seen.add(value);
  }
  return null;
}
