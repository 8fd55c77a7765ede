// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { silentRelayLog, throughSteps } from '../test/fakes-relay.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createCalls } from './calls.ts';
import { notificationHash } from './hash.ts';
import { createIntake } from './intake.ts';
import type { Tenant } from './parts.ts';
import { createPublish } from './publish.ts';
import { RelayError } from './store/api.ts';
import { DEFAULT_TEAM } from './team.ts';

const TENANT: Tenant = {
  id: 'acme',
  urlSecret: 'a-secret-in-the-url',
  zdUserId: null,
  apiBaseUrl: 'https://api.test',
  apiKey: 'key',
  apiSecret: 'secret',
  offsetMinutes: 0,
};
const DEFAULT_RESPONSIBLE = '900';
const EXTENSIONS = ['101', '102', '103', '104'];

type Fields = Record<string, string>;
type Call = { readonly id: string; readonly rings: readonly string[]; readonly events: readonly Fields[] };

/** An incoming call to a group, perhaps answered, or an outgoing one. */
const call = (number: number): fc.Arbitrary<Call> => {
  const base = (prefix: string) => ({
    pbx_call_id: `${prefix}_${String(number).repeat(40)}`,
    caller_id: '+34600111222',
    call_start: '2026-05-14 09:30:05',
  });
  const incoming = fc
    .record({ rings: fc.uniqueArray(fc.constantFrom(...EXTENSIONS)), isAnswered: fc.boolean() })
    .map(({ rings, isAnswered }): Call => {
      const fields = base('in');
      const taker = isAnswered ? rings[0] : undefined;
      return {
        id: fields.pbx_call_id,
        rings,
        events: [
          { ...fields, event: 'NOTIFY_START' },
          ...rings.map((internal) => ({ ...fields, event: 'NOTIFY_INTERNAL', internal })),
          ...(taker === undefined ? [] : [{ ...fields, event: 'NOTIFY_ANSWER', destination: taker }]),
          { ...fields, event: 'NOTIFY_END', disposition: taker ? 'answered' : 'cancel', last_internal: taker ?? '' },
          { ...fields, event: 'NOTIFY_RECORD', call_id_with_rec: '1778743805.1' },
        ],
      };
    });
  const outgoing = fc.constantFrom(...EXTENSIONS).map((internal): Call => {
    const fields = { ...base('out'), destination: '34911222333' };
    return {
      id: fields.pbx_call_id,
      rings: [internal],
      events: [
        { ...fields, event: 'NOTIFY_OUT_START', internal },
        { ...fields, event: 'NOTIFY_ANSWER' },
        { ...fields, event: 'NOTIFY_OUT_END', disposition: 'answered' },
      ],
    };
  });
  return fc.oneof({ weight: 3, arbitrary: incoming }, { weight: 1, arbitrary: outgoing });
};

/** Every event of some calls once or more, in any order, each at one of three nodes. */
const scenario = fc.tuple(call(1), call(2)).chain((calls) => {
  const events = calls.flatMap(({ events }) => events);
  const again = fc.subarray(events);
  return fc.record({
    calls: fc.constant(calls),
    sent: again
      .chain((doubled) => fc.shuffledSubarray([...events, ...doubled], { minLength: events.length + doubled.length }))
      .chain((order) =>
        fc.tuple(...order.map((fields) => fc.record({ fields: fc.constant(fields), node: fc.nat(2) }))),
      ),
    /** Which operations of the store fail; the PBX sends again what was not taken. */
    failing: fc.uniqueArray(fc.nat(60), { maxLength: 6 }),
  });
});

it('gives each extension of a call every event of it once, and nobody else any', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), scenario, async (scheduler, { calls, sent, failing }) => {
      const store = createMemoryStore();
      let operations = 0;
      const step = async () => {
        await scheduler.schedule(Promise.resolve());
        if (failing.includes(operations++)) throw new RelayError('relay.unavailable');
      };
      const nodes = [0, 1, 2].map(() => {
        const own = throughSteps(store, step);
        return createIntake({
          calls: createCalls(own),
          publish: createPublish(own.log),
          team: { settings: async () => ({ ...DEFAULT_TEAM, defaultResponsible: DEFAULT_RESPONSIBLE }) },
          answerer: {
            answer: async (_tenant, fields) => ({
              pbxCallId: fields.pbx_call_id ?? '',
              at: 1,
              answer: null,
              reason: 'unknown',
              extension: null,
            }),
          },
          reminders: { reached: async () => {} },
          log: silentRelayLog,
        });
      });
      const send = async (fields: Fields, node: number): Promise<void> => {
        for (;;) {
          try {
            await nodes[node]?.take(TENANT, { fields, verified: true });
            return;
          } catch (error) {
            expect(error).toBeInstanceOf(RelayError);
          }
        }
      };
      await scheduler.waitFor(Promise.all(sent.map(({ fields, node }) => send(fields, node))));

      const hashesFor = async (audience: string) => {
        const read = await store.log.read(TENANT.id, audience, 0, 10_000);
        return read
          .filter(({ body }) => body.includes('"notification"'))
          .map(({ hash }) => hash)
          .toSorted();
      };
      const hashesOf = (some: readonly Call[]) => some.flatMap(({ events }) => events.map(notificationHash)).toSorted();
      expect(await hashesFor('*')).toEqual(hashesOf(calls));
      for (const extension of EXTENSIONS) {
        expect(await hashesFor(extension)).toEqual(hashesOf(calls.filter(({ rings }) => rings.includes(extension))));
      }
      // Whoever is the fallback has all of a call or nothing, and all of one that rang nowhere.
      const fallback = await hashesFor(DEFAULT_RESPONSIBLE);
      for (const one of calls) {
        const had = hashesOf([one]).filter((hash) => fallback.includes(hash));
        if (one.rings.length === 0) expect(had).toEqual(hashesOf([one]));
        else expect([[], hashesOf([one])]).toContainEqual(had);
      }
    }),
    { numRuns: 400 },
  );
});
