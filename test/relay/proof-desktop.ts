// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDesktop, type TestDesktop } from './desktop.ts';

/**
 * A desktop that commits: an event counts when it is written down, its sequence is acknowledged after that, and a new
 * connection, to whichever node answers, goes on from there. What comes again is recognised and not committed twice.
 */
export type ProofDesktop = {
  readonly extension: string;
  /** Committed, `<call id>/<event>/<internal>`, each once. */
  readonly committed: ReadonlySet<string>;
  /** Came although it was committed before: allowed after a broken connection only. */
  readonly repeats: () => number;
  /** Breaks the connection, as a cable does. */
  cut(): void;
  stop(): Promise<void>;
};

export function startProofDesktop(extension: string, token: string, urls: () => readonly string[]): ProofDesktop {
  const committed = new Set<string>();
  let repeats = 0;
  let after = 0;
  let current: TestDesktop | null = null;
  let stopped = false;
  let at = Number(extension);

  const run = async (): Promise<void> => {
    while (!stopped) {
      const all = urls();
      const url = all[at++ % Math.max(1, all.length)];
      try {
        if (url === undefined) throw new Error('no node');
        const desktop = await connectDesktop(url, token, {
          after,
          onEvent: ({ seq, event }, { say }) => {
            if (event.kind === 'notification') {
              const { pbx_call_id: id = '', event: name = '', internal = '' } = event.fields;
              const key = `${id}/${name}/${internal}`;
              if (committed.has(key)) repeats += 1;
              committed.add(key);
            }
            after = seq;
            say({ type: 'ack', seq });
          },
        });
        current = desktop;
        if (stopped) desktop.kill();
        await desktop.closed;
      } catch {
        // The node is down: the next one, in a moment.
      }
      current = null;
      if (!stopped) await sleep(100 + (at % 5) * 40);
    }
  };
  const running = run();

  return {
    extension,
    committed,
    repeats: () => repeats,
    cut: () => current?.kill(),
    async stop() {
      stopped = true;
      current?.kill();
      await running;
    },
  };
}
