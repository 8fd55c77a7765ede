import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { type ConnectedZoho, zohoBefore } from '../crm-emulators/zoho/connected.ts';
import type { ZohoEmulator } from '../crm-emulators/zoho/emulator.ts';
import { contact, draft, never } from '../crm-emulators/zoho/examples.ts';

let stand: ConnectedZoho;
let crm: ZohoEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await zohoBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

describe('creation', () => {
  it.each([
    ['contact', {}, 'Contacts', { First_Name: 'Marta', Last_Name: 'Ibarra', Email: 'marta@example.com' }],
    ['contact', { lastName: '', firstName: '' }, 'Contacts', { Last_Name: '+442079460123', Phone: '+442079460123' }],
    ['contact', { company: 'Nowhere' }, 'Contacts', { Description: 'Nowhere' }],
    ['lead', { company: 'Cycles' }, 'Leads', { Last_Name: 'Ibarra', Company: 'Cycles' }],
    ['lead', {}, 'Leads', { Company: 'Unknown' }],
    ['company', { company: 'Cycles' }, 'Accounts', { Account_Name: 'Cycles', Phone: '+442079460123' }],
    ['deal', {}, 'Deals', { Deal_Name: 'Marta Ibarra', Stage: 'Qualification', Description: '+442079460123' }],
  ] as const)('makes a %s of %j', async (kind, more, module, expected) => {
    const made = await connector.create({ ...draft, ...more, kind }, 'key-1', never);
    expect(crm.rows(module)).toEqual([expect.objectContaining({ ...expected, id: made.id })]);
    expect(made.url).toMatch(`/crm/org20081234567/tab/${kind === 'deal' ? 'Potentials' : module}/${made.id}`);
    expect(crm.workflows).toEqual([made.id]);
  });

  it('gives it to whom it shall belong, with a date and a pipeline where deals stand in one', async () => {
    crm.switches.pipelines = true;
    const ownerId = crm.store.addUser('Ann', 'ann@example.com');
    const { connector: sales } = await stand.restarted({ dealStage: 'Proposal', dealDays: 1 });
    await sales.create({ ...draft, kind: 'deal', ownerId }, 'key-1', never);
    const [deal] = crm.rows('Deals');
    expect(deal).toMatchObject({ Owner: { id: ownerId }, Stage: 'Proposal', Pipeline: 'Standard' });
    expect(deal?.Closing_Date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('joins the company of exactly this name, not one of several', async () => {
    const account = crm.put('Accounts', { Account_Name: 'O’Brien (Söhne), Ltd.' });
    crm.put('Accounts', { Account_Name: 'O’Brien (Söhne), Ltd. & Co.' });
    await connector.create({ ...draft, company: 'O’Brien (Söhne), Ltd.' }, 'key-1', never);
    expect(crm.rows('Contacts')[0]?.Account_Name).toMatchObject({ id: account });
    crm.put('Accounts', { Account_Name: 'O’Brien (Söhne), Ltd.' });
    await connector.create({ ...draft, company: 'O’Brien (Söhne), Ltd.', lastName: 'Second' }, 'key-2', never);
    expect(crm.rows('Contacts')[1]?.Account_Name).toBeUndefined();
  });

  it.each([200, 202, 207, 400] as const)('says which field is wrong, with status %s', async (recordStatus) => {
    crm.switches.recordStatus = recordStatus;
    const attempt = connector.create({ ...draft, email: 'no mail' }, 'key-1', never);
    await expect(attempt).rejects.toMatchObject({ failure: 'refused', field: 'Email', unsure: false });
  });

  it('says which field is missing that is needed since a short while', async () => {
    crm.switches.hidden = ['Leads.Company'];
    await connector.lookupByEmail('x@example.com', never); // described without it…
    crm.switches.hidden = []; // …and needed since
    const attempt = connector.create({ ...draft, kind: 'lead' }, 'key-1', never);
    await expect(attempt).rejects.toMatchObject({ failure: 'refused', field: 'Company', unsure: false });
  });

  it('says that a number is none', async () => {
    const attempt = connector.create({ ...draft, number: '+44 «207»' }, 'key-1', never);
    await expect(attempt).rejects.toMatchObject({ failure: 'refused', field: 'Phone' });
  });

  it('says which record a unique field has found', async () => {
    crm.switches.unique = ['Contacts.Email'];
    const there = contact(crm, 'Somebody', { Email: 'marta@example.com' });
    const attempt = connector.create(draft, 'key-1', never);
    await expect(attempt).rejects.toMatchObject({ failure: 'duplicate', existing: there, field: 'Email' });
  });

  it.each(['reset-after', 'error-after', 'cut-body', 'half-json', 'empty'] as const)(
    'makes one record although the answer was lost and the index lags: %s',
    async (kind) => {
      crm.switches.indexLag = true;
      for (const made of ['contact', 'lead', 'company', 'deal'] as const) {
        for (const [lag, lastName] of [
          [false, 'Ibarra'],
          [true, "O'Hara \\ “x”"],
        ] as const) {
          crm.switches.queryLag = lag;
          const wanted = { ...draft, kind: made, lastName };
          const [module] = { contact: ['Contacts'], lead: ['Leads'], company: ['Accounts'], deal: ['Deals'] }[made];
          crm.server.faults.plan.push({ kind, only: `POST /crm/v8/${module}` });
          await expect(connector.create(wanted, lastName, never)).rejects.toMatchObject({ unsure: true });
          // Also when the program was started anew in between.
          const { connector: again } = await stand.restarted();
          await again.create(wanted, lastName, never);
        }
      }
      const counts = (['Contacts', 'Leads', 'Accounts', 'Deals'] as const).map((one) => crm.rows(one).length);
      expect(counts).toEqual([2, 2, 2, 2]);
    },
  );

  it('takes one of the same name and number made a while ago for another person', async () => {
    contact(crm, 'Ibarra', { First_Name: 'Marta', Phone: draft.number, Created_Time: '2020-01-01T00:00:00+00:00' });
    await connector.create(draft, 'key-1', never);
    expect(crm.rows('Contacts').length).toBe(2);
  });
});
