// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { extension } from '../src-shared/relay/protocol-schemas.ts';
import type { TeamMember } from '../src-shared/rules/team.ts';

/** A person the marketplace may give an extension to. */
export type Operator = { readonly id: string; readonly name: string; readonly extension: string };

/** What the account page sends when somebody has given extensions to operators there. */
const operatorMap = z.object({
  operators: z.array(z.object({ id: z.string().min(1).max(254), extension })).max(5_000),
});

export type MapOutcome =
  | { readonly ok: true; readonly members: readonly TeamMember[] }
  /** `unknown`: no such operator (`what`: its place in the list); `taken`: two people would share an extension (`what`). */
  | { readonly ok: false; readonly why: 'unreadable' | 'unknown' | 'taken'; readonly what: string };

/** The team as the marketplace sees it. */
export function operatorsOf(members: readonly TeamMember[]): readonly Operator[] {
  return members.map((member) => ({ id: idOf(member), name: member.name, extension: member.extension }));
}

/** The team after a map from the account page: all of it, or nothing. Members it does not name keep their extension. */
export function applyOperatorMap(members: readonly TeamMember[], map: unknown): MapOutcome {
  const read = operatorMap.safeParse(map);
  if (!read.success) return { ok: false, why: 'unreadable', what: '' };
  const wanted = new Map(read.data.operators.map((operator) => [operator.id, operator.extension]));
  const ids = new Set(members.map(idOf));
  const unknown = read.data.operators.findIndex(({ id }) => !ids.has(id));
  if (unknown !== -1) return { ok: false, why: 'unknown', what: String(unknown) };
  const after = members.map((member) => ({ ...member, extension: wanted.get(idOf(member)) ?? member.extension }));
  const extensions = after.map((member) => member.extension);
  const twice = extensions.find((one, index) => extensions.indexOf(one) !== index);
  return twice === undefined ? { ok: true, members: after } : { ok: false, why: 'taken', what: twice };
}

/** A person's id in the CRM, else the address, else the extension held when the list was asked for. */
function idOf({ crmUser, email, extension: own }: TeamMember): string {
  return crmUser || email || `extension-${own}`;
}
