// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { throughSteps } from '../test/fakes-relay.ts';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { createPairing, type Pairing } from './pairing.ts';

const WORTH = { tenant: 'acme', extension: '101', role: 'agent', name: 'Ana' } as const;
const MINUTE = 60_000;

let now: number;
let store: MemoryStore;
let pairing: Pairing;
let waited: number[];
const wait = async (ms: number) => void waited.push(ms);

beforeEach(() => {
  now = 1_000_000;
  waited = [];
  store = createMemoryStore(() => now);
  pairing = createPairing(store.kv, { now: () => now, wait });
});

/** A code that looks right and is not. */
const wrong = () => `ZZZZZZZ${Math.trunc(Math.random() * 8) + 2}`;
const codeOf = (thrown: Promise<unknown>) =>
  thrown.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

describe('a code', () => {
  it('is worth what it was issued for, typed as people type', async () => {
    const { code, expiresAt } = await pairing.issue(WORTH);
    expect(code).toMatch(/^[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}$/);
    expect(expiresAt).toBe(now + 10 * MINUTE);
    const typed = ` ${code.toLowerCase().replace('-', ' ')}`;
    expect(await pairing.redeem(typed, '192.0.2.1')).toEqual(WORTH);
  });

  it('is used once', async () => {
    const { code } = await pairing.issue(WORTH);
    await pairing.redeem(code, '192.0.2.1');
    expect(await codeOf(pairing.redeem(code, '192.0.2.1'))).toBe('pair.unknown');
  });

  it('is used once, however many ask at however many nodes at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const shared = createMemoryStore(() => now);
        const { code } = await createPairing(shared.kv, { now: () => now, wait }).issue(WORTH);
        const asked = [1, 2, 3, 4].map((node) =>
          codeOf(
            createPairing(throughSteps(shared, () => scheduler.schedule(Promise.resolve())).kv, {
              now: () => now,
              wait,
            }).redeem(code, `192.0.2.${node}`),
          ),
        );
        const answers = await scheduler.waitFor(Promise.all(asked));
        expect(answers.toSorted()).toEqual(['ok', 'pair.unknown', 'pair.unknown', 'pair.unknown']);
      }),
    );
  });

  it('is gone after ten minutes', async () => {
    const { code } = await pairing.issue(WORTH);
    now += 10 * MINUTE;
    expect(await codeOf(pairing.redeem(code, '192.0.2.1'))).toBe('pair.unknown');
  });

  it('stands nowhere in the store', async () => {
    const { code } = await pairing.issue(WORTH);
    const kept = await store.kv.list('pairing', '', null, 100);
    expect(kept).toHaveLength(1);
    for (const text of [code, code.replace('-', '')]) expect(JSON.stringify(kept)).not.toContain(text);
  });
});

describe('guessing', () => {
  const guess = (from: string, code = wrong()) => codeOf(pairing.redeem(code, from));

  it('is locked for an address after five wrong codes, for a right one too, and for its whole IPv6 network', async () => {
    const { code } = await pairing.issue(WORTH);
    for (let i = 0; i < 5; i++) expect(await guess(`2001:db8::${i}`)).toBe('pair.unknown');
    expect(await guess('2001:db8::99', code)).toBe('pair.locked');
    expect(await guess('192.0.2.1', code)).toBe('ok');
  });

  it('by many addresses slows everybody down, and keeps nobody out', async () => {
    const { code } = await pairing.issue(WORTH);
    for (let i = 0; i < 20; i++) expect(await guess(`192.0.2.${i}`)).toBe('pair.unknown');
    expect(waited).toEqual([]);
    for (let i = 20; i < 200; i++) expect(await guess(`192.0.2.${i}`)).toBe('pair.unknown');
    expect(waited).toEqual(Array.from({ length: 180 }, () => 2_000));
    expect(await guess('198.51.100.1', code)).toBe('ok');
    expect(waited).toHaveLength(181);
    now += 15 * MINUTE;
    expect(await guess('198.51.100.1', (await pairing.issue(WORTH)).code)).toBe('ok');
    expect(waited).toHaveLength(181);
  });

  it('of an address that is locked is answered at once', async () => {
    for (let i = 0; i < 25; i++) await guess(`192.0.2.${Math.trunc(i / 5)}`);
    waited = [];
    expect(await guess('192.0.2.1')).toBe('pair.locked');
    expect(waited).toEqual([]);
  });

  it('has nothing to go by: all of a code is random', async () => {
    const codes = await Promise.all(Array.from({ length: 40 }, () => pairing.issue(WORTH)));
    for (const place of [0, 1, 2, 3, 5, 6, 7, 8]) {
      expect(new Set(codes.map(({ code }) => code[place])).size).toBeGreaterThan(3);
    }
  });

  it('is open again after a quarter of an hour; trying while locked makes it no longer', async () => {
    for (let i = 0; i < 5; i++) await guess('192.0.2.1');
    now += 14 * MINUTE;
    expect(await guess('192.0.2.1')).toBe('pair.locked');
    now += MINUTE;
    expect(await guess('192.0.2.1', (await pairing.issue(WORTH)).code)).toBe('ok');
  });

  it('right codes are not counted', async () => {
    for (let i = 0; i < 30; i++) {
      expect(await guess('192.0.2.1', (await pairing.issue(WORTH)).code)).toBe('ok');
    }
  });

  it('at several nodes at once gets no more tries than at one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const shared = createMemoryStore(() => now);
        const nodes = [0, 1, 2].map(() =>
          createPairing(throughSteps(shared, () => scheduler.schedule(Promise.resolve())).kv, { now: () => now, wait }),
        );
        const tried = Array.from({ length: 12 }, (_, i) =>
          codeOf((nodes[i % 3] as Pairing).redeem(wrong(), '192.0.2.1')),
        );
        const answers = await scheduler.waitFor(Promise.all(tried));
        expect(answers.filter((answer) => answer === 'pair.unknown').length).toBeLessThanOrEqual(5);
        expect(new Set(answers)).toEqual(new Set(['pair.unknown', 'pair.locked']));
      }),
      { numRuns: 50 },
    );
  });
});

describe('while every try waits', () => {
  let go: () => void;
  beforeEach(async () => {
    for (let n = 0; n < 20; n++) await codeOf(pairing.redeem(wrong(), `198.51.100.${n}`));
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    pairing = createPairing(store.kv, { now: () => now, wait: () => gate });
  });

  it('holds so many and no more, of one address and of all', async () => {
    const { code } = await pairing.issue(WORTH);
    const held = Array.from({ length: 20 }, () => codeOf(pairing.redeem(wrong(), '192.0.2.1')));
    await new Promise(setImmediate);
    expect(await codeOf(pairing.redeem(code, '192.0.2.1'))).toBe('relay.unavailable');
    for (let n = 0; n < 180; n++) held.push(codeOf(pairing.redeem(wrong(), `203.0.113.${n}`)));
    await new Promise(setImmediate);
    expect(await codeOf(pairing.redeem(code, '192.0.2.9'))).toBe('relay.unavailable');
    go();
    await Promise.all(held);
    expect(await codeOf(pairing.redeem(code, '192.0.2.9'))).toBe('ok');
  });
});
