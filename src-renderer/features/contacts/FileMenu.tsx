// SPDX-License-Identifier: MIT
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import { asError, request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Menu } from '../../ui/Menu.tsx';
import { openImport, useImport } from './import-state.ts';

type Exported = { readonly busy: boolean; readonly count: number | null; readonly error: WireError | null };
const IDLE: Exported = { busy: false, count: null, error: null };

/** Contacts from a file and into one, with a line that says how it went. */
export function FileMenu({ onImport }: { readonly onImport: () => void }) {
  const t = useT();
  const stage = useImport((state) => state.stage);
  const failed = useImport((state) => (state.stage === 'none' ? state.error : null));
  const [exported, setExported] = useState<Exported>(IDLE);

  async function save(format: 'vcard' | 'csv') {
    setExported({ ...IDLE, busy: true });
    try {
      const done = await request('contacts.export', format);
      setExported({ ...IDLE, count: done?.contacts ?? null });
    } catch (thrown) {
      setExported({ ...IDLE, error: asError(thrown) });
    }
  }

  const error = failed ?? exported.error;
  const said = exported.busy
    ? t('peopleFile.exporting')
    : exported.count === null
      ? ''
      : t('peopleFile.exported', { count: exported.count });
  return (
    <>
      <Menu
        icon={FileUp}
        text={t('peopleFile.menu')}
        label={t('peopleFile.menuLabel')}
        disabled={exported.busy || stage === 'busy'}
        choices={[
          { id: 'import', label: t('peopleFile.import') },
          { id: 'vcard', label: t('peopleFile.exportVcard') },
          { id: 'csv', label: t('peopleFile.exportCsv') },
        ]}
        testId="contacts-file"
        onChoose={(id) => {
          setExported(IDLE);
          if (id === 'vcard' || id === 'csv') return void save(id);
          onImport();
          void openImport();
        }}
      />
      {error === null ? (
        <p className="import-said quiet" role="status">
          {said}
        </p>
      ) : (
        <p className="import-said error-box" role="alert">
          {errorText(t, error)}
        </p>
      )}
    </>
  );
}
