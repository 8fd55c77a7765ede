// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { draft, entry, names, never } from '../crm-emulators/common/examples.ts';
import { openOwn, shippedRest } from '../crm-emulators/rest/connected.ts';
import { type RestEmulator, startRest } from '../crm-emulators/rest/emulator.ts';

/** A value of an own CRM's definition stays in its place: any name or number says and finds only itself. */
let crm: RestEmulator;
beforeAll(async () => {
  crm = await startRest();
});
beforeEach(() => {
  crm.server.calls.length = 0;
  crm.store.contacts.length = 0;
  crm.store.calls.length = 0;
});
afterAll(() => crm.close());

const RUNS = { numRuns: 60 };
const nasty = fc
  .array(
    fc.constantFrom(
      ...['"', "'", '\\', '&', '=', '/', '..', '#', '?', '%', '%2e', '\r\n', '\0', '\n', '\u2028', '{{secret.token}}'],
      ...[
        '{{text}}',
        '$&',
        '$1',
        '<',
        '>',
        ';',
        ':',
        '@',
        ' ',
        '+',
        '\ud800',
        '😀',
        'é',
        'ß',
        'ا',
        'X-Admin: 1',
        '*',
        '_',
      ],
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), nasty);
/** As it arrives: half a character cannot travel. */
const sent = (value: string): string => value.toWellFormed();

const everywhere = {
  ...shippedRest,
  operations: {
    search: {
      ...{ path: 'find/{{text}}/end', query: { q: '{{text}}', fixed: '1' }, list: 'contacts' },
      headers: { 'X-Text': 'a {{text}} b' },
    },
    createContact: { method: 'POST', path: 'contacts', form: { lastName: '{{lastName}}', number: '{{number}}' } },
    reportCall: { method: 'POST', path: 'calls', body: { 'k-{{key}}': '<{{name}}>', deep: [{ v: '{{name}}' }] } },
    updateCall: { method: 'PATCH', path: 'calls/{{id}}', body: { note: '{{note}}' } },
  },
};

describe('a value', () => {
  it('in path, query and header stays there', async () => {
    const connector = openOwn(crm.url, everywhere);
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        crm.server.calls.length = 0;
        const failure: unknown = await connector.search(value, 5, never).catch((error: unknown) => error);
        const [call] = crm.server.calls;
        if (call === undefined) {
          // It could not be said: a step upwards, or a header in letters that no header can carry.
          expect(failure).toMatchObject({ name: 'CrmError', failure: 'refused' });
          expect(value === '.' || value === '..' || /[^\0-\xff]/.test(value)).toBe(true);
          return;
        }
        const [, api, find, segment = '', end, ...more] = call.path.split('/');
        expect([api, find, decodeURIComponent(segment), end, more]).toEqual(['api', 'find', sent(value), 'end', []]);
        expect([...call.query]).toEqual([
          ['q', sent(value)],
          ['fixed', '1'],
        ]);
        expect(call.headers['x-admin']).toBeUndefined();
        const { authorization, accept } = call.headers;
        expect([authorization, accept]).toEqual(['Bearer fixture-token-1', 'application/json']);
      }),
      RUNS,
    );
  });

  it('in a form stays there', async () => {
    const connector = openOwn(crm.url, everywhere);
    await fc.assert(
      fc.asyncProperty(text, text, async (lastName, number) => {
        crm.server.calls.length = 0;
        await connector.create({ ...draft, lastName, number }, 'key', never);
        expect([...new URLSearchParams(crm.server.calls[0]?.body)]).toEqual([
          ['lastName', sent(lastName)],
          ['number', sent(number)],
        ]);
      }),
      RUNS,
    );
  });

  it('in JSON stays there, in names of fields too', async () => {
    const connector = openOwn(crm.url, everywhere);
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        crm.server.calls.length = 0;
        await connector.journal(entry({ key: value, name: value }), never);
        const body: unknown = JSON.parse(crm.server.calls[0]?.body ?? '');
        expect(body).toEqual({ [`k-${value}`]: `<${value}>`, deep: [{ v: value }] });
      }),
      RUNS,
    );
  });

  it('as an id changes that entry alone', async () => {
    const connector = openOwn(crm.url, everywhere);
    crm.store.add('calls', { key: 'a' });
    await fc.assert(
      fc.asyncProperty(text, async (id) => {
        crm.server.calls.length = 0;
        const patch = { note: 'changed', disposition: '', recordingUrl: null, text: '' };
        await connector.updateJournal(id, patch, never).catch(() => undefined);
        for (const { path } of crm.server.calls) expect(path.split('/').length).toBe(4);
        expect(crm.store.calls).toMatchObject([{ key: 'a' }]);
        expect(crm.store.calls[0]?.note).toBeUndefined();
      }),
      RUNS,
    );
  });
});

describe('a search', () => {
  it('for a name finds only that name', async () => {
    const connector = openOwn(crm.url);
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        fc.pre(sent(one) !== sent(other));
        crm.store.contacts.length = 0;
        crm.store.put({ id: 'one', lastName: 'One', email: sent(one) });
        crm.store.put({ id: 'other', lastName: 'Other', email: sent(other) });
        expect(names(await connector.lookupByEmail(one, never))).toEqual(['One']);
      }),
      RUNS,
    );
  });

  it('for a number finds only that number', async () => {
    const connector = openOwn(crm.url);
    const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
    await fc.assert(
      fc.asyncProperty(digits, digits, async (one, other) => {
        fc.pre(one.slice(-7) !== other.slice(-7));
        crm.store.contacts.length = 0;
        crm.store.put({ lastName: 'One', phones: [`+${one}`] });
        crm.store.put({ lastName: 'Other', phones: [`+${other}`] });
        const query = { e164: `+${one}`, digits: one, national: one, tail: one.slice(-7) };
        expect(names(await connector.lookup(query, never))).toEqual(['One']);
        expect(crm.server.calls.at(-1)?.query.get('number')).toBe(`+${one}`);
      }),
      RUNS,
    );
  });
});
