// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { methodParams } from '../../src-shared/relay/protocol-schemas.ts';
import { silentLog } from '../../test/fakes.ts';
import type { Ask } from '../events/relay-client.ts';
import type { NumberChange } from '../store/team-api.ts';
import { createTeamDirectory } from './team-directory.ts';

type Put = { entries: { number: string; entry: { name: string; responsible: string | null } }[] };

function bench(changes: NumberChange[]) {
  const puts: Put[] = [];
  let timers: (() => void)[] = [];
  let fails = 0;
  const world = { on: true, cursor: null as number | null };
  const directory = createTeamDirectory({
    store: {
      contacts: {
        changesAfter: async (seq: number, limit: number) => changes.filter((one) => one.seq > seq).slice(0, limit),
      },
      cursors: {
        get: async () => world.cursor,
        save: async (values: Record<string, number>) => {
          world.cursor = Object.values(values)[0] ?? null;
        },
      },
    } as never,
    ask: (async (_method: string, params: Put) => {
      if (fails > 0) {
        fails -= 1;
        throw new AppError('team.unreachable');
      }
      puts.push(params);
      return { kept: params.entries.length };
    }) as unknown as Ask,
    isOn: () => world.on,
    schedule: (run) => void timers.push(run),
    log: silentLog,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  return {
    ...{ directory, puts, world, settled },
    failNext: () => {
      fails = 1;
    },
    fire: () => {
      const due = timers;
      timers = [];
      for (const run of due) run();
    },
  };
}
const change = (seq: number, extra: Partial<NumberChange> = {}): NumberChange => ({
  ...{ seq, number: `+346001${10_000 + seq}`, changedAt: 1000 + seq, name: `N${seq}`, responsible: '101' },
  ...extra,
});

test('all that is new is told, in messages the relay takes, each once', async () => {
  const long = '\u0001'.repeat(190);
  const changes = Array.from({ length: 450 }, (_, index) => change(index + 1, index % 2 === 0 ? { name: long } : {}));
  const { directory, puts, world, settled } = bench(changes);
  directory.sync();
  directory.sync();
  await settled();
  expect(puts.flatMap((put) => put.entries.map((one) => one.number))).toEqual(changes.map((one) => one.number));
  for (const put of puts) {
    expect(methodParams['directory.put'].safeParse(put).success).toBe(true);
    expect(JSON.stringify(put).length).toBeLessThan(100_000);
  }
  expect(world.cursor).toBe(450);
  directory.sync();
  await settled();
  expect(puts.flatMap((put) => put.entries)).toHaveLength(450);
});

test('a number without a contact is told as nobody’s; one that is none is left out', async () => {
  const changes = [
    change(1, { name: '', responsible: '' }),
    change(2, { number: '' }),
    change(3, { number: '1'.repeat(70) }),
  ];
  const { directory, puts, world, settled } = bench(changes);
  directory.sync();
  await settled();
  expect(puts).toMatchObject([{ entries: [{ entry: { name: '', responsible: null, updatedAt: 1001 } }] }]);
  expect(puts[0]?.entries).toHaveLength(1);
  expect(world.cursor).toBe(3);
});

test('without the relay nothing is lost: it is told later', async () => {
  const { directory, puts, world, settled, failNext, fire } = bench([change(1)]);
  world.on = false;
  directory.sync();
  await settled();
  expect(world.cursor).toBeNull();
  world.on = true;
  failNext();
  directory.sync();
  await settled();
  expect([puts.length, world.cursor]).toEqual([0, null]);
  fire();
  await settled();
  expect([puts.length, world.cursor]).toEqual([1, 1]);
});

test('stopped, it tells nothing more', async () => {
  const { directory, puts, settled } = bench([change(1)]);
  await directory.stop();
  directory.sync();
  await settled();
  expect(puts).toEqual([]);
});
