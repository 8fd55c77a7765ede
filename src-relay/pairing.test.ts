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

beforeEach(() => {
  now = 1_000_000;
  store = createMemoryStore(() => now);
  pairing = createPairing(store.kv, () => now);
});

/** A code that looks right and is not, for the same tenant when `like` is given. */
const wrong = (like = 'ZZ') => `${like.slice(0, 2)}ZZZZZ${Math.trunc(Math.random() * 8) + 2}`;
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
        const { code } = await createPairing(shared.kv, () => now).issue(WORTH);
        const asked = [1, 2, 3, 4].map((node) =>
          codeOf(
            createPairing(throughSteps(shared, () => scheduler.schedule(Promise.resolve())).kv, () => now).redeem(
              code,
              `192.0.2.${node}`,
            ),
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

  it('is locked for a tenant after ten, whoever tries; other tenants pair', async () => {
    const { code } = await pairing.issue(WORTH);
    const other = await pairing.issue({ ...WORTH, tenant: 'other' });
    for (let i = 0; i < 10; i++) expect(await guess(`192.0.2.${i}`, wrong(code))).toBe('pair.unknown');
    expect(await guess('192.0.2.99', code)).toBe('pair.locked');
    expect(await guess('192.0.2.99', other.code)).toBe('ok');
  });

  it('is locked for all after twenty', async () => {
    const { code } = await pairing.issue(WORTH);
    for (let i = 0; i < 20; i++) expect(await guess(`192.0.2.${i}`, wrong(`Q${'ABCDE'[i % 5]}`))).toBe('pair.unknown');
    expect(await guess('192.0.2.99', code)).toBe('pair.locked');
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
          createPairing(throughSteps(shared, () => scheduler.schedule(Promise.resolve())).kv, () => now),
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
