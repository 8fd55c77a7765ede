// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { WireError } from '../../../src-shared/errors.ts';
import { asError, listen, request } from '../../bridge.ts';

export type Draft = {
  readonly text: string;
  readonly state: 'typing' | 'saving' | 'saved' | 'failed';
  readonly error: WireError | null;
};

type Drafts = { readonly drafts: Readonly<Record<number, Draft>> };

const WAIT = 500;
const RETRY = 5_000;

/**
 * Notes being written, by history row. They live outside the editor: closing it, changing the row or a store that fails
 * for a while never loses a letter; what is not saved is tried again.
 */
export const useNotes = create<Drafts>(() => ({ drafts: {} }));

const timers = new Map<number, ReturnType<typeof setTimeout>>();

function put(id: number, draft: Draft): void {
  useNotes.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: draft } }));
}

function later(id: number, delay: number): void {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => void save(id), delay),
  );
}

/** Takes the text of the editor; it is saved half a second after the last change. */
export function writeNote(id: number, text: string): void {
  put(id, { text, state: 'typing', error: null });
  later(id, WAIT);
}

/** Saves now what is still waiting: on leaving the editor, and before the window goes. */
export async function save(id: number): Promise<void> {
  clearTimeout(timers.get(id));
  const draft = useNotes.getState().drafts[id];
  if (draft === undefined || draft.state === 'saved' || draft.state === 'saving') return;
  put(id, { ...draft, state: 'saving' });
  try {
    await request('history.note', id, draft.text);
    settle(id, draft.text, null);
  } catch (thrown) {
    settle(id, draft.text, asError(thrown));
  }
}

/** What was typed while saving waits for its own turn. */
function settle(id: number, sent: string, error: WireError | null): void {
  const now = useNotes.getState().drafts[id];
  if (now === undefined || now.text !== sent) return;
  put(id, { text: sent, state: error === null ? 'saved' : 'failed', error });
  if (error !== null) later(id, RETRY);
}

function saveAll(): void {
  for (const id of Object.keys(useNotes.getState().drafts)) void save(Number(id));
}

addEventListener('pagehide', saveAll);
listen('closing', saveAll);
