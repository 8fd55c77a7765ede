// SPDX-License-Identifier: MIT
import type { TeamMember, TeamSettings } from '../../../src-shared/rules/team.ts';
import { isEmail, isExtension } from '../../ui/valid.ts';

/** What is wrong with one person's fields; `with` is who has the same. */
export type PersonProblem = {
  readonly extension?: { readonly why: 'bad' } | { readonly why: 'taken'; readonly with: string };
  readonly email?: { readonly why: 'bad' } | { readonly why: 'taken'; readonly with: string };
  readonly crmUser?: { readonly why: 'taken'; readonly with: string };
};

/** Place by place; null where nothing is wrong. Of two with the same value both are told, each about the other. */
export function personProblems(members: readonly TeamMember[]): readonly (PersonProblem | null)[] {
  const fields = ['extension', 'email', 'crmUser'] as const;
  const twins = Object.fromEntries(fields.map((field) => [field, twinsOf(members, field)]));
  return members.map((member, index) => {
    const problem: Record<string, unknown> = {};
    for (const field of fields) {
      const twin = twins[field]?.get(index);
      if (twin !== undefined) problem[field] = { why: 'taken', with: nameOf(twin) };
    }
    if (!isExtension(member.extension)) problem.extension = { why: 'bad' };
    if (member.email !== '' && !isEmail(member.email)) problem.email = { why: 'bad' };
    return Object.keys(problem).length === 0 ? null : (problem as PersonProblem);
  });
}

/** How a person is called where the name is not known. */
export function nameOf({ name, email, extension }: TeamMember): string {
  return name || email || extension;
}

/** Extensions of the account that nobody has. */
export function freeExtensions(all: readonly string[], members: readonly TeamMember[]): readonly string[] {
  const taken = new Set(members.map(({ extension }) => extension));
  return all.filter((extension) => !taken.has(extension));
}

/** The first are shown first. */
export function withPeople(settings: TeamSettings, extensions: readonly string[]): Partial<TeamSettings> {
  const added = extensions.map((extension) => ({ extension, name: '', email: '', crmUser: '' }));
  return { members: [...added, ...settings.members] };
}

/** One person changed. What stands elsewhere under the old extension goes with it. */
export function withPerson(settings: TeamSettings, index: number, patch: Partial<TeamMember>): Partial<TeamSettings> {
  const before = settings.members[index];
  if (before === undefined) return {};
  const member = { ...before, ...patch };
  const members = settings.members.with(index, member);
  // Another has the old one too: then it is that person's.
  const isAlone = !members.some(({ extension }) => extension === before.extension);
  if (member.extension === before.extension || before.extension === '' || !isAlone) return { members };
  const moved = (extension: string) => (extension === before.extension ? member.extension : extension);
  const { defaultResponsible, balanceFor } = settings;
  return {
    members,
    defaultResponsible: defaultResponsible === null ? null : moved(defaultResponsible),
    balanceFor: balanceFor.map(moved),
  };
}

export function withoutPerson(settings: TeamSettings, index: number): Partial<TeamSettings> {
  const gone = settings.members[index]?.extension;
  const members = settings.members.toSpliced(index, 1);
  const isShared = members.some(({ extension }) => extension === gone);
  return { members, balanceFor: settings.balanceFor.filter((extension) => isShared || extension !== gone) };
}

/** By value, of those that have one: the other place with the same. */
function twinsOf(members: readonly TeamMember[], field: 'extension' | 'email' | 'crmUser'): Map<number, TeamMember> {
  const places = new Map<string, number[]>();
  for (const [index, member] of members.entries()) {
    const value = member[field].trim().toLowerCase();
    if (value !== '') places.set(value, [...(places.get(value) ?? []), index]);
  }
  const twins = new Map<number, TeamMember>();
  for (const all of places.values()) {
    const [first = 0, second = 0] = all;
    if (all.length < 2) continue;
    for (const index of all) {
      const twin = members[index === first ? second : first];
      if (twin !== undefined) twins.set(index, twin);
    }
  }
  return twins;
}
