// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { WireError } from '../../../src-shared/errors.ts';
import type { TeamSettings } from '../../../src-shared/rules/team.ts';
import { teamProblem } from '../../../src-shared/rules/team-problem.ts';
import { asError } from '../../bridge.ts';
import { askAdmin } from './admin.ts';
import { personProblems } from './people.ts';

type Draft = {
  /** As the relay has it, or had it when it was read; null until then. */
  readonly base: TeamSettings | null;
  /** As the administrator wants it; null when nothing was changed. */
  readonly draft: TeamSettings | null;
  readonly state: 'idle' | 'saving' | 'saved';
  readonly error: WireError | null;
  /** What somebody else has saved since `base` was read. */
  readonly theirs: TeamSettings | null;
};

const NOTHING: Draft = { base: null, draft: null, state: 'idle', error: null, theirs: null };

/** The team's settings while they are edited: kept when the administrator looks at another screen, or answers a call. */
export const useDraft = create<Draft>(() => NOTHING);

const set = (patch: Partial<Draft>) => useDraft.setState(patch);

/** Reads the settings, unless some are being edited. */
export async function loadSettings(): Promise<void> {
  if (useDraft.getState().draft !== null) return;
  set({ error: null });
  try {
    const base = await askAdmin('admin.settings', null);
    if (useDraft.getState().draft === null) set({ base });
  } catch (thrown) {
    set({ error: asError(thrown) });
  }
}

/** What is drawn: the draft, else what the relay has. */
export function useSettingsDraft(): TeamSettings | null {
  return useDraft(({ draft, base }) => draft ?? base);
}

export function change(patch: Partial<TeamSettings>): void {
  useDraft.setState(({ draft, base }) => {
    const from = draft ?? base;
    if (from === null) return {};
    const next = { ...from, ...patch };
    return { draft: same(next, base) ? null : next, state: 'idle', error: null };
  });
}

export function discard(): void {
  set({ draft: null, state: 'idle', error: null, theirs: null });
}

/** Where the draft is wrong; null when it may be sent. */
export function draftProblem(draft: TeamSettings): 'people' | WireError | null {
  if (personProblems(draft.members).some((one) => one !== null)) return 'people';
  return teamProblem(draft);
}

/**
 * Sends the draft. What somebody else has saved meanwhile is not overwritten unseen.
 *
 * @param overwrite the administrator has seen it
 */
export async function save({ overwrite }: { readonly overwrite: boolean }): Promise<void> {
  const { draft, base } = useDraft.getState();
  if (draft === null) return;
  const problem = draftProblem(draft);
  if (problem !== null && problem !== 'people') return set({ error: problem });
  set({ state: 'saving', error: null, theirs: null });
  try {
    const present = await askAdmin('admin.settings', null);
    if (!overwrite && !same(present, base)) return set({ state: 'idle', theirs: present });
    await askAdmin('admin.set-settings', { settings: draft });
    // Typed on while it was being saved: that is the next draft.
    useDraft.setState((old) => ({
      base: draft,
      draft: old.draft === draft ? null : old.draft,
      state: 'saved',
    }));
  } catch (thrown) {
    set({ state: 'idle', error: asError(thrown) });
  }
}

/** The settings somebody else has saved, in place of the draft. */
export function takeTheirs(): void {
  useDraft.setState(({ theirs, base }) => ({ ...NOTHING, base: theirs ?? base }));
}

/** Another team, or none: nothing of the old one may be shown. */
export function forgetTeam(): void {
  set(NOTHING);
}

function same(one: TeamSettings, other: TeamSettings | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
