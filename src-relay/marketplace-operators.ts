// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { extension } from '../src-shared/relay/protocol-schemas.ts';
import type { TeamMember, TeamSettings } from '../src-shared/rules/team.ts';

/** A person the marketplace may give an extension to. */
export type Operator = { readonly id: string; readonly name: string; readonly extension: string };

/** What the account page sends when somebody has given extensions to operators there. */
const operatorMap = z.object({
  operators: z.array(z.object({ id: z.string().min(1).max(254), extension })).max(5_000),
});

export type MapOutcome =
  | { readonly ok: true; readonly settings: TeamSettings }
  /** `unknown`: no such operator (`what`: its place in the list); `taken`: two people would share an extension (`what`). */
  | { readonly ok: false; readonly why: 'unreadable' | 'unknown' | 'taken'; readonly what: string };

/** The team as the marketplace sees it. */
export function operatorsOf(members: readonly TeamMember[]): readonly Operator[] {
  return members.map((member) => ({ id: idOf(member), name: member.name, extension: member.extension }));
}

/**
 * The team after a map from the account page: all of it, or nothing. Members it does not name keep their extension; what
 * is said of a member's extension elsewhere in the settings goes with the member.
 */
export function applyOperatorMap(settings: TeamSettings, map: unknown): MapOutcome {
  const { members, defaultResponsible, balanceFor } = settings;
  const read = operatorMap.safeParse(map);
  if (!read.success) return { ok: false, why: 'unreadable', what: '' };
  const wanted = new Map(read.data.operators.map((operator) => [operator.id, operator.extension]));
  const ids = new Set(members.map(idOf));
  const unknown = read.data.operators.findIndex(({ id }) => !ids.has(id));
  if (unknown !== -1) return { ok: false, why: 'unknown', what: String(unknown) };
  const after = members.map((member) => ({ ...member, extension: wanted.get(idOf(member)) ?? member.extension }));
  const extensions = after.map((member) => member.extension);
  const twice = extensions.find((one, index) => extensions.indexOf(one) !== index);
  if (twice !== undefined) return { ok: false, why: 'taken', what: twice };
  const moved = new Map(members.map((member, index) => [member.extension, extensions[index] ?? member.extension]));
  const follow = (one: string): string => moved.get(one) ?? one;
  const others = {
    defaultResponsible: defaultResponsible === null ? null : follow(defaultResponsible),
    balanceFor: balanceFor.map(follow),
  };
  return { ok: true, settings: { ...settings, ...others, members: after } };
}

/** A person's id in the CRM, else the address, else the extension held when the list was asked for. */
function idOf({ crmUser, email, extension: own }: TeamMember): string {
  return crmUser || email || `extension-${own}`;
}
