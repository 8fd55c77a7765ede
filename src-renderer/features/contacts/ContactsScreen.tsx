// SPDX-License-Identifier: MIT
import { BookUser, Plus, Search } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { CrmRecord } from '../../../src-shared/crm/model.ts';
import type { WireError } from '../../../src-shared/errors.ts';
import type { Contact, ContactDraft } from '../../../src-shared/state.ts';
import { asError, request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Empty, Foreign, IconButton } from '../../ui/controls.tsx';
import { useDebounced } from '../../ui/hooks.ts';
import { CrmResults } from '../crm/CrmResults.tsx';
import { RecordCard } from '../crm/RecordCard.tsx';
import { useCrmSearch } from '../crm/use-crm-search.ts';
import { useUi } from '../state/ui.ts';
import { ContactCard } from './ContactCard.tsx';
import { ContactForm } from './ContactForm.tsx';
import { FileMenu } from './FileMenu.tsx';
import { ImportPanel } from './ImportPanel.tsx';
import { hasImport, useImport } from './import-state.ts';
import '../../i18n/screens.ts';
import './contacts.css';

const BLANK: ContactDraft = { id: null, name: '', company: '', email: '', url: '', responsible: '', numbers: [''] };

const setDraft = (draft: ContactDraft | null) => useUi.setState({ draft });

function useContacts(search: string) {
  const [found, setFound] = useState<{ list: readonly Contact[] | null; error: WireError | null }>({
    list: null,
    error: null,
  });
  const load = useCallback(async () => {
    try {
      setFound({ list: await request('contacts.search', search.trim().slice(0, 100)), error: null });
    } catch (thrown) {
      setFound({ list: null, error: asError(thrown) });
    }
  }, [search]);
  useEffect(() => void load(), [load]);
  return { ...found, load };
}

export default function ContactsScreen() {
  const t = useT();
  const draft = useUi((ui) => ui.draft);
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<number | null>(null);
  const [record, setRecord] = useState<CrmRecord | null>(null);
  // An import that goes on is shown again when the person comes back.
  const [showsImport, setShowsImport] = useState(draft === null);
  const asked = useDebounced(search, 120);
  const crm = useCrmSearch(search);
  const { list, error, load } = useContacts(asked);
  const contact = list?.find(({ id }) => id === selected) ?? null;
  const importing = useImport(hasImport) && showsImport;
  const isOpen = importing || draft !== null || contact !== null || record !== null;

  return (
    <div className={isOpen ? 'split screen split-open' : 'split screen'}>
      <section className="split-list" aria-label={t('contacts.title')}>
        <div className="list-tools list-tools-row contacts-tools">
          <label className="search">
            <Search className="icon" aria-hidden="true" />
            <input
              type="search"
              className="input"
              aria-label={t('contacts.search')}
              placeholder={t('people.searchHint')}
              maxLength={100}
              value={search}
              data-testid="contacts-search"
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
          <IconButton
            icon={Plus}
            label={t('contacts.add')}
            data-testid="contacts-add"
            onClick={() => {
              setDraft(BLANK);
              setShowsImport(false);
            }}
          />
          <FileMenu onImport={() => setShowsImport(true)} />
        </div>
        {error ? (
          <div className="empty" role="alert">
            <p className="error-box">{errorText(t, error)}</p>
            <Button onClick={() => void load()}>{t('app.retry')}</Button>
          </div>
        ) : null}
        {list?.length === 0 && asked.trim() === '' ? (
          <Empty icon={BookUser} title={t('contacts.empty')} text={t('contacts.emptyText')} />
        ) : null}
        {list?.length === 0 && asked.trim() !== '' && crm.records.length === 0 && !crm.asking ? (
          <Empty icon={BookUser} title={t('contacts.nothingFound')} text={t('contacts.nothingFoundText')} />
        ) : null}
        <ul className="contacts" aria-label={t('contacts.list')}>
          {list?.map((entry) => (
            <li key={entry.id} className="contact-item">
              <button
                type="button"
                className="contact-row"
                aria-current={draft === null && entry.id === selected}
                data-testid="contact-row"
                onClick={() => {
                  setSelected(entry.id);
                  setRecord(null);
                  setDraft(null);
                  setShowsImport(false);
                }}
              >
                <span className="initials" aria-hidden="true">
                  {initials(entry.name)}
                </span>
                <span className="contact-who">
                  <Foreign className="cut row-name">{entry.name}</Foreign>
                  <Foreign className="cut quiet row-small">
                    {[entry.company, entry.numbers[0]].filter(Boolean).join(' · ')}
                  </Foreign>
                </span>
              </button>
            </li>
          ))}
          <CrmResults
            {...crm}
            selected={record}
            onSelect={(found) => {
              setRecord(found);
              setSelected(null);
              setDraft(null);
              setShowsImport(false);
            }}
          />
        </ul>
      </section>
      {importing ? (
        <ImportPanel onImported={() => void load()} onBack={() => setShowsImport(false)} />
      ) : draft !== null ? (
        <ContactForm
          key={draft.id ?? 'new'}
          draft={draft}
          onChange={setDraft}
          onCancel={() => setDraft(null)}
          onSaved={(saved) => {
            setDraft(null);
            setSearch('');
            setSelected(saved.id);
            void load();
          }}
        />
      ) : record !== null ? (
        <RecordCard record={record} onClose={() => setRecord(null)} />
      ) : contact !== null ? (
        <ContactCard
          key={contact.id}
          contact={contact}
          onClose={() => setSelected(null)}
          onEdit={() => setDraft(contact)}
          onRemoved={() => {
            setSelected(null);
            void load();
          }}
          onOpen={(person) => {
            setSearch(person.name);
            setSelected(person.id);
          }}
        />
      ) : (
        <div className="split-detail split-none">
          <Empty icon={BookUser} title={t('contacts.selectOne')} />
        </div>
      )}
    </div>
  );
}

/** First letters of the first two words: a landmark for the eye, hidden from screen readers. */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word))
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}
