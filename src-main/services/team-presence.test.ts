// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import type { CallView } from '../../src-shared/state.ts';
import { fakeHub, fakeSettings, silentLog } from '../../test/fakes.ts';
import type { Ask } from '../events/relay-client.ts';
import { createTeamPresence } from './team-presence.ts';

test('tells a change once, and everything again to a relay that knows nothing', async () => {
  const hub = fakeHub();
  const settings = fakeSettings(hub);
  const told: string[] = [];
  let [on, fails] = [false, false];
  const presence = createTeamPresence({
    hub,
    ask: (async (_method: string, { state }: { state: string }) => {
      told.push(state);
      if (fails) throw new AppError('team.unreachable');
      return null;
    }) as unknown as Ask,
    isOn: () => on,
    log: silentLog,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const call = (extra: Partial<CallView>) => [{ mine: true, phase: 'talking', ...extra } as CallView];

  hub.patch({ calls: call({}) });
  await settled();
  expect(told).toEqual([]);
  on = true;
  presence.welcome();
  expect(told.splice(0)).toEqual(['busy']);
  hub.patch({ calls: call({ phase: 'ringing' }) });
  await settled();
  expect(told).toEqual([]);
  // A colleague's call on screen, or one that ends, is no work of mine.
  hub.patch({ calls: [...call({ mine: false }), ...call({ phase: 'ended' })] });
  await settled();
  expect(told.splice(0)).toEqual(['free']);
  presence.absent(true);
  await settings.set({ dnd: true });
  await settled();
  expect(told.splice(0)).toEqual(['away']);
  presence.absent(false);
  await settings.set({ dnd: false });
  await settled();
  expect(told.splice(0)).toEqual(['free']);
  presence.welcome();
  expect(told.splice(0)).toEqual(['free']);
  fails = true;
  presence.absent(true);
  await settled();
  fails = false;
  hub.patch({ missed: 1 });
  await settled();
  expect(told).toEqual(['away', 'away']);
});
