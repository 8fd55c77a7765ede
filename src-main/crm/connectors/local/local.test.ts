// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import type { CrmDraft } from '../../../../src-shared/crm/model.ts';
import { canonical } from '../../../../src-shared/numbers/canonical.ts';
import type { Contact, ContactDraft } from '../../../../src-shared/state.ts';
import { connectorSettings, crmRecord, crmStores, FakeCrm } from '../../../../test/fake-crm.ts';
import { silentLog } from '../../../../test/fakes.ts';
import { type ContactService, createContacts } from '../../../services/contacts.ts';
import type { Connector } from '../../api.ts';
import { type CrmLookup, createLookup } from '../../lookup.ts';
import { createSearch } from '../../search.ts';
import { createLocalConnector } from './local.ts';

const NUMBER = '+34600111222';
const never = new AbortController().signal;
const settings = connectorSettings({ id: 'local', type: 'local', name: 'Contacts' });
const own = connectorSettings();

let stores: ReturnType<typeof crmStores>;
let contacts: ContactService;
let local: Connector;
let crm: FakeCrm;
let lookup: CrmLookup;

beforeEach(() => {
  stores = crmStores();
  contacts = createContacts(
    stores.contacts,
    (number) => canonical(number, 'ES'),
    () => {},
  );
  const members = () => [{ extension: '101', name: 'Luis' }];
  local = createLocalConnector(settings, { store: stores.contacts, contacts, members });
  crm = new FakeCrm();
  lookup = createLookup({
    ...{ store: stores.crm, country: () => 'ES', isExtension: () => false, now: () => 0, log: silentLog },
    connectors: () => [
      { connector: local, settings },
      { connector: crm.connector(own), settings: own },
    ],
  });
});

const save = (name: string, numbers: readonly string[], more: Partial<ContactDraft> = {}): Promise<Contact> =>
  contacts.save({ id: null, name, company: '', email: '', url: '', responsible: '', numbers, ...more });
const draft = (more: Partial<CrmDraft> = {}): CrmDraft => ({
  ...{ kind: 'contact', firstName: 'Ana', lastName: 'Pérez', email: '', company: '', number: NUMBER, ownerId: '' },
  ...more,
});

describe('our contacts as a CRM', () => {
  it('are records with company, link and who is responsible', async () => {
    const { id } = await save('Ana', [NUMBER, '101'], {
      ...{ company: 'Sol', email: 'ana@sol.example', url: 'https://crm.example/1', responsible: '101' },
    });
    expect((await lookup.find(NUMBER)).result).toEqual({
      ...{ state: 'one', by: 'e164' },
      record: {
        ...{ connector: 'local', kind: 'contact', id: String(id), name: 'Ana', company: 'Sol' },
        ...{ email: 'ana@sol.example', phones: [NUMBER, '101'], url: 'https://crm.example/1' },
        owner: { id: '101', name: 'Luis', email: null, extension: '101' },
      },
    });
  });

  it('lead nowhere but to https', async () => {
    for (const url of ['http://crm.example/1', 'javascript:alert(1)', 'https://u:p@crm.example', '']) {
      await save('Ana', ['101'], { url });
    }
    expect((await local.search('ana', 9, never)).map(({ url }) => url)).toEqual([null, null, null, null]);
  });

  it('are found by the ladder: whole, national, and by the end of the number', async () => {
    await save('Whole', [NUMBER]);
    await save('End', ['0111222']);
    expect((await lookup.find(NUMBER)).result).toMatchObject({ state: 'one', by: 'e164', record: { name: 'Whole' } });
    expect((await lookup.find('+34911111222')).result).toEqual({ state: 'none' });
    expect((await lookup.find('+34930111222')).result).toMatchObject({ by: 'tail', record: { name: 'End' } });
  });

  it('that are several are ambiguous until the agent has chosen', async () => {
    const drafts = Array.from({ length: 60 }, (_, n) => ({ name: `P${n}`, numbers: [NUMBER] }));
    for (const { name, numbers } of drafts) await save(name, numbers);
    const { result } = await lookup.find(NUMBER);
    if (result.state !== 'ambiguous') throw new Error(result.state);
    expect(result.records).toHaveLength(50);
    const chosen = result.records[7];
    if (chosen === undefined) throw new Error('nobody');
    await lookup.choose(NUMBER, chosen);
    expect((await lookup.find(NUMBER)).result).toMatchObject({ state: 'one', by: 'chosen', record: { id: chosen.id } });
  });

  it('are as they are now: nothing is remembered of them', async () => {
    expect(await lookup.known(NUMBER)).toEqual({ state: 'none' });
    const ana = await save('Ana', [NUMBER]);
    expect(await lookup.known(NUMBER)).toMatchObject({ state: 'one', record: { name: 'Ana' } });
    await contacts.save({ ...ana, name: 'Eva' });
    expect((await lookup.find(NUMBER)).result).toMatchObject({ record: { name: 'Eva' } });
    await contacts.remove(ana.id);
    expect((await lookup.find(NUMBER)).result).toEqual({ state: 'none' });
    expect(await stores.crm.cached('local', '34600111222')).toBeNull();
  });

  it('stand beside those of another CRM', async () => {
    await save('Ana', [NUMBER]);
    crm.records.push(crmRecord('7', [NUMBER], { name: 'Ana too' }));
    expect((await lookup.find(NUMBER)).result).toMatchObject({
      state: 'ambiguous',
      records: [{}, { name: 'Ana too' }],
    });
    const search = createSearch(() => [local, crm.connector(own)], silentLog);
    expect((await search.find('Ana')).records.map(({ connector }) => connector)).toEqual(['local', 'own-1']);
  });

  it('are searched by name, number and e-mail', async () => {
    await save('Sol', [NUMBER], { kind: 'company', email: 'info@sol.example' });
    for (const text of ['sol', '600111', 'info@s']) {
      expect(await local.search(text, 5, never)).toMatchObject([{ kind: 'company', name: 'Sol' }]);
    }
    expect(await local.lookupByEmail('INFO@sol.example', never)).toMatchObject([{ name: 'Sol' }]);
  });
});

describe('a record made here', () => {
  it('is a person, or a company, known at once', async () => {
    const ana = await local.create(draft({ company: 'Sol', number: '600 111 222', ownerId: '101' }), 'k1', never);
    expect(ana).toMatchObject({ kind: 'contact', name: 'Ana Pérez', company: 'Sol', phones: [NUMBER] });
    expect(ana.owner).toMatchObject({ extension: '101' });
    expect((await lookup.find(NUMBER)).result).toMatchObject({ state: 'one', record: { id: ana.id } });
    expect(await local.create(draft({ kind: 'company', company: 'Sol' }), 'k2', never)).toMatchObject({
      ...{ kind: 'company', name: 'Sol', company: null },
    });
    expect(await local.create(draft({ firstName: '', lastName: '' }), 'k3', never)).toMatchObject({ name: NUMBER });
  });

  it('is made once, however often it is tried', async () => {
    const first = await local.create(draft(), 'k1', never);
    expect(await local.create(draft(), 'k1', never)).toEqual(first);
    expect(await contacts.search('')).toHaveLength(1);
  });

  it('is neither a lead nor a deal, and has no journal', async () => {
    await expect(local.create(draft({ kind: 'lead' }), 'k', never)).rejects.toMatchObject({ failure: 'unsupported' });
    await expect(local.journal({} as never, never)).rejects.toMatchObject({ failure: 'unsupported' });
    expect(local.capabilities).toMatchObject({ journal: false, chats: [], users: false });
  });
});
