// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connector, CrmError, type CrmHttp } from '../../src-main/crm/api.ts';
import { ownDefinition } from '../../src-main/crm/connectors/own/definition.ts';
import { createOwnConnector } from '../../src-main/crm/connectors/own/own.ts';
import { tryOperation } from '../../src-main/crm/connectors/own/try.ts';
import { createCrmHttp } from '../../src-main/crm/http.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import type { CallEntry, CrmDraft } from '../../src-shared/crm/model.ts';
import { numberQuery } from '../../src-shared/crm/number-query.ts';
import { connectorSettings } from '../fake-crm.ts';
import { startTryton, type Tryton } from '../lab/tryton.ts';

/** A real Tryton 6.0, spoken to by the definition that the documentation offers. */
const signal = AbortSignal.timeout(120_000);
const http = createCrmHttp({ fetch });
const shipped = JSON.parse(readFileSync(new URL('../../resources/crm/tryton.json', import.meta.url), 'utf8')) as object;
let tryton: Tryton;
let crm: Connector;

beforeAll(async () => {
  tryton = await startTryton();
  crm = open({ user: tryton.user, password: tryton.password });
});
afterAll(() => tryton?.stop());

const definition = () => ({ ...shipped, baseUrl: `${tryton.url}/crm/` });
const open = (secrets: Record<string, string>): Connector =>
  createOwnConnector(connectorSettings(), ownDefinition.parse(definition()), { http, secrets: async () => secrets });

const party = async (name: string, ...phones: string[]): Promise<string> => {
  const mechanisms = phones.map((value) => ({ type: 'phone', value }));
  const values = { name, contact_mechanisms: [['create', mechanisms]] };
  const [id] = await tryton.rpc<number[]>('model.party.party.create', [values], {});
  return String(id);
};

const find = async (number: string) => {
  const query = numberQuery(number, 'ES', 7);
  const rules = { strategy: 'tail', country: 'ES', prefer: null, chosen: null } as const;
  return climb(query, await crm.lookup(query, signal), rules);
};

const entry = (id: string): CallEntry => ({
  ...{ key: 'sp:0123456789abcdef', callType: 'Inbound', number: '+34612345678', name: 'Ana', extension: '101' },
  ...{ agentName: '', agentEmail: '', userId: null, subject: 'Call', text: 'Answered call', recordingUrl: null },
  record: { connector: 'own-1', kind: 'contact', id },
  ...{ startedAt: 1, establishedAt: 2, endedAt: 3, durationSeconds: 1, note: 'wants "an offer"', disposition: '' },
});

describe('Tryton', () => {
  it('knows who we are, and says so when the password is wrong', async () => {
    expect(await crm.me(signal)).toEqual({ id: '1', name: 'Administrator' });
    await expect(open({ user: 'admin', password: 'wrong' }).me(signal)).rejects.toMatchObject({ failure: 'auth' });
  });

  it('finds a party by the whole number and by its last seven digits', async () => {
    const ana = await party('Ana Pérez', '+34 612 345 678');
    expect(await find('+34612345678')).toMatchObject({
      state: 'one',
      by: 'e164',
      record: { id: ana, name: 'Ana Pérez', url: `${tryton.url}/#crm/model/party.party/${ana}` },
    });
    // Without the country code the trunk sends less than the CRM keeps.
    expect(await find('2345678')).toMatchObject({ state: 'one', by: 'tail', record: { id: ana } });
    expect(await find('+34699999999')).toEqual({ state: 'none' });
  });

  it('is ambiguous for a number of two parties', async () => {
    const ids = [await party('Luz', '+34 633 000 111'), await party('Mar', '+34 633 000 111')];
    const result = await find('+34633000111');
    expect(result).toMatchObject({ state: 'ambiguous' });
    expect(result.state === 'ambiguous' ? result.records.map((one) => one.id).sort() : []).toEqual(ids.sort());
  });

  it('makes a party of a draft, and refuses a number that is none in its own words', async () => {
    const draft: CrmDraft = {
      ...{ kind: 'contact', firstName: 'Eva', lastName: 'Ruiz "la jefa"', email: 'eva@example.com' },
      ...{ company: '', number: '+34 644 555 666', ownerId: '' },
    };
    const made = await crm.create(draft, 'k1', signal);
    expect(made).toMatchObject({ kind: 'contact', name: 'Eva Ruiz "la jefa"' });
    expect(await find('644555666')).toMatchObject({ state: 'one', record: { id: made.id } });
    expect(await crm.lookupByEmail('eva@example.com', signal)).toMatchObject([{ id: made.id }]);
    const bad = crm.create({ ...draft, number: '12' }, 'k2', signal);
    await expect(bad).rejects.toThrow(/12/);
    await expect(bad).rejects.toBeInstanceOf(CrmError);
  });

  it('writes a note on the card once, finds it again, and changes it', async () => {
    const id = await party('Teo', '+34 655 111 222');
    expect(await crm.findJournal(entry(id), signal)).toBeNull();
    const written = await crm.journal(entry(id), signal);
    expect(await crm.findJournal(entry(id), signal)).toEqual(written);
    const note = async () =>
      (
        await tryton.rpc<{ message: string }[]>(
          'model.ir.note.search_read',
          [['resource', '=', `party.party,${id}`]],
          ...[0, null, null, ['message'], {}],
        )
      ).map((one) => one.message);
    expect(await note()).toEqual([expect.stringContaining('Answered call\n wants "an offer"')]);
    const patch = { text: 'Answered call', note: 'sent', disposition: 'Sale', recordingUrl: 'https://rec.example/1' };
    await crm.updateJournal(written.id ?? '', patch, signal);
    expect(await note()).toEqual([expect.stringContaining('Sale sent\nhttps://rec.example/1')]);
  });

  it('begins a new session when the old one is over', async () => {
    let logins = 0;
    let spoil = true;
    const forgetful: CrmHttp = (request, until) => {
      if (request.body?.includes('common.db.login')) logins += 1;
      else if (spoil) {
        spoil = false;
        return http({ ...request, headers: { ...request.headers, Authorization: 'Session YWRtaW46MTp4' } }, until);
      }
      return http(request, until);
    };
    const secrets = async () => ({ user: tryton.user, password: tryton.password });
    const own = createOwnConnector(connectorSettings(), ownDefinition.parse(definition()), {
      http: forgetful,
      secrets,
    });
    expect(await own.users(signal)).toMatchObject([{ id: '1', email: 'admin@example.com' }]);
    expect(logins).toBe(2);
  });

  it('finds any name by itself and by nothing else', async () => {
    const name = fc
      .string({ unit: 'grapheme-composite', minLength: 3, maxLength: 20 })
      .filter((text) => /^\S.*\S$/s.test(text) && !/\p{Cc}/u.test(text));
    const mark = 'zzz';
    await party(`${mark}%_\\`, '+34 677 000 000');
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const unique = `${mark}${text}`;
        const id = await party(unique, '+34 677 000 001');
        const found = await crm.search(unique, 50, signal);
        const others = found.filter((one) => !one.name.toLowerCase().includes(unique.toLowerCase()));
        expect(found.map((one) => one.id)).toContain(id);
        expect(others).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('shows what an operation sends and gets, without its secrets', async () => {
    const shown = await tryOperation({
      ...{ connector: 'own-1', definition: definition(), operation: 'search', values: { text: 'Ana' } },
      ...{ http, secrets: { user: tryton.user, password: tryton.password } },
    });
    expect(shown).toMatchObject({ status: 200, error: null, records: [{ name: 'Ana Pérez' }] });
    expect(JSON.stringify(shown)).not.toContain(tryton.password);
  });
});
