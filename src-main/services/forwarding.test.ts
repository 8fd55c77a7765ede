// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { createMegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Forwarding } from '../../src-shared/ipc/map.ts';
import { silentLog } from '../../test/fakes.ts';
import { startSandbox } from '../../test/sandbox/index.ts';
import { createForwarding } from './forwarding.ts';

const OFF: Forwarding = { on: false, to: '', condition: 'always' };

function setUp(answer: (wanted: Forwarding | null) => Promise<Forwarding>, extension = '101') {
  const asked: unknown[] = [];
  const service = createForwarding(
    {
      redirection: (mine) => {
        asked.push(mine);
        return answer(null);
      },
      setRedirection: (mine, wanted) => {
        asked.push([mine, wanted]);
        return answer(wanted);
      },
    },
    () => extension,
    (text) => {
      if (text === 'x') throw new AppError('dial.invalid');
      return `+34${text}`;
    },
  );
  return { service, asked };
}

test('is read and set for my extension, with the number as it is dialed', async () => {
  const { service, asked } = setUp(async (wanted) => wanted ?? OFF);
  expect(await service.get()).toEqual(OFF);
  const on = { on: true, to: '600111222', condition: 'noanswer' } as const;
  expect(await service.set(on)).toEqual({ ...on, to: '+34600111222' });
  await service.set({ ...on, on: false, to: 'x' });
  expect(asked).toEqual([
    '101',
    ['101', { ...on, to: '+34600111222' }],
    ['101', { on: false, to: '', condition: 'noanswer' }],
  ]);
});

test('a refusal has the words of the PBX; a dead network is a dead network', async () => {
  const refused = setUp(() => Promise.reject(new AppError('api.rejected', { status: 400, message: 'Wrong number' })));
  await expect(refused.service.get()).rejects.toMatchObject({
    code: 'forward.failed',
    params: { message: 'Wrong number' },
  });
  const dead = setUp(() => Promise.reject(new AppError('api.network')));
  await expect(dead.service.get()).rejects.toMatchObject({ code: 'api.network' });
});

test('asks nothing for a number nobody can dial, nor without an extension', async () => {
  const { service, asked } = setUp(async () => OFF);
  expect(() => service.set({ on: true, to: 'x', condition: 'always' })).toThrow(
    expect.objectContaining({ code: 'dial.invalid' }),
  );
  await expect(setUp(async () => OFF, '').service.get()).rejects.toMatchObject({ code: 'setup.not-configured' });
  expect(asked).toEqual([]);
});

test('goes to the PBX and comes back from it', async () => {
  const sandbox = await startSandbox({ sip: false });
  try {
    const client = createMegacallClient({
      ...{ baseUrl: () => sandbox.url, credentials: async () => sandbox.account, fetch, now: Date.now, log: silentLog },
    });
    const service = createForwarding(
      client,
      () => '101',
      (text) => text,
    );
    const on = { on: true, to: '+34600111222', condition: 'noanswer' } as const;
    expect(await service.get()).toEqual(OFF);
    expect(await service.set(on)).toEqual(on);
    expect(await service.get()).toEqual(on);
    expect(await service.set({ ...on, on: false })).toEqual(OFF);
    await expect(service.set({ ...on, to: '*97' })).rejects.toMatchObject({
      ...{ code: 'forward.failed', params: { message: "Check phone's number" } },
    });
  } finally {
    await sandbox.stop();
  }
});
