// SPDX-License-Identifier: MIT
import type { CrmDraft, CrmKind, CrmRecord } from '../../../../src-shared/crm/model.ts';
import { safeRecordUrl } from '../../../../src-shared/crm/record-url.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import type { TeamMember } from '../../../../src-shared/rules/team.ts';
import type { Contact, ContactDraft } from '../../../../src-shared/state.ts';
import type { ContactService } from '../../../services/contacts.ts';
import type { StoreApi } from '../../../store/api.ts';
import { type Connector, CrmError } from '../../api.ts';

/** What the connector of our own contacts works on. */
export type LocalParts = {
  readonly store: Pick<StoreApi['contacts'], 'candidates' | 'withEmail' | 'search'>;
  readonly contacts: Pick<ContactService, 'save'>;
  /** Names of extensions, for who is responsible. */
  readonly members: () => readonly Pick<TeamMember, 'extension' | 'name'>[];
};

/** As many as a person can choose from. */
const MOST_ALIKE = 50;
const KINDS: readonly CrmKind[] = ['contact', 'company'];

/**
 * The contacts of this computer as a CRM: looked up with the ladder, searched and made like any other. They have no
 * journal: the history is theirs already.
 */
export function createLocalConnector(settings: ConnectorSettings, parts: LocalParts): Connector {
  const { store, contacts } = parts;
  const unsupported = (): never => {
    throw new CrmError('unsupported', 'contacts have no journal');
  };

  const toRecord = (contact: Contact): CrmRecord => {
    const { id, kind, name, company, email, numbers, url, responsible } = contact;
    const member = parts.members().find(({ extension }) => extension === responsible);
    return {
      ...{ connector: settings.id, kind: kind === 'company' ? 'company' : 'contact', id: String(id), name },
      ...{ company: company || null, email: email || null, phones: numbers },
      // The person's own links: https to anywhere.
      url: URL.canParse(url) ? safeRecordUrl(url, [new URL(url).host]) : null,
      owner:
        responsible === ''
          ? null
          : { id: responsible, name: member?.name || responsible, email: null, extension: responsible },
    };
  };

  return {
    id: settings.id,
    type: 'local',
    instant: true,
    linkHosts: [],
    capabilities: {
      ...{ lookup: true, search: true, searchByEmail: true, create: KINDS },
      ...{ journal: false, journalUpdate: 'none', journalFind: false, chats: [], users: false },
    },
    me: async () => ({ id: settings.id, name: settings.name }),
    lookup: async (query) => (await store.candidates(query, MOST_ALIKE)).map(toRecord),
    search: async (text, limit) => (await store.search(text, limit)).map(toRecord),
    lookupByEmail: async (email) => (await store.withEmail(email, MOST_ALIKE)).map(toRecord),
    async create(draft, key) {
      if (!KINDS.includes(draft.kind)) throw new CrmError('unsupported', 'contacts are people and companies');
      return toRecord(await contacts.save(toContact(draft), key));
    },
    journal: async () => unsupported(),
    findJournal: async () => null,
    updateJournal: async () => unsupported(),
    chat: async () => unsupported(),
    users: async () => [],
    recordUrl: () => null,
  };
}

function toContact({ kind, firstName, lastName, email, company, number, ownerId }: CrmDraft): ContactDraft {
  const person = `${firstName} ${lastName}`.trim();
  const isCompany = kind === 'company';
  return {
    ...{ id: null, kind: isCompany ? 'company' : 'person', email, url: '' },
    name: (isCompany ? company || person : person || company) || number,
    company: isCompany || person === '' ? '' : company,
    responsible: /^\d{2,6}$/.test(ownerId) ? ownerId : '',
    numbers: number === '' ? [] : [number],
  };
}
