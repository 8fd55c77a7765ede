// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import type { ImportPreview } from '../../../src-shared/contacts-file.ts';
import { ENCODINGS, type Encoding } from '../../../src-shared/csv/text.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { fileSize } from './file-size.ts';
import { ImportTable } from './ImportTable.tsx';
import { chooseImport, closeImport, openImport, runImport, useImport } from './import-state.ts';

const ENCODING_NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
  'windows-1251': 'Windows-1251',
};
/** A contact is called by one of these. */
const NAMES = ['name', 'firstName', 'lastName', 'company', 'email'] as const;

/** The file before it comes in: its first rows, what the columns are, and what becomes of contacts that are here. */
export function ImportPreviewForm({ preview }: { readonly preview: ImportPreview }) {
  const t = useT();
  const language = useLanguage();
  const { choice, stage, error } = useImport();
  const [tried, setTried] = useState(false);
  const isCsv = preview.kind === 'csv';
  const isNamed = !isCsv || choice.mapping.some((field) => NAMES.some((name) => name === field));
  const busy = stage === 'busy';

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (isNamed && !busy) void runImport();
  }

  return (
    <form className="import-form" noValidate onSubmit={submit}>
      <header>
        <h1>{t('peopleFile.title')}</h1>
        <p className="quiet cut" data-testid="import-file">
          {t('peopleFile.file', { name: preview.name, size: fileSize(preview.bytes, language) })}
        </p>
      </header>
      <Field label={t('peopleFile.encoding')} hint={t('peopleFile.encodingHint')}>
        {(ids) => (
          <select
            {...ids}
            className="input import-encoding"
            value={preview.encoding}
            disabled={busy}
            data-testid="import-encoding"
            onChange={(event) => void openImport(event.target.value as Encoding)}
          >
            {ENCODINGS.map((encoding) => (
              <option key={encoding} value={encoding}>
                {ENCODING_NAMES[encoding]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ImportTable
        preview={preview}
        header={choice.header}
        mapping={choice.mapping}
        onMapping={(mapping) => chooseImport({ mapping })}
      />
      {isCsv ? (
        <label className="import-check">
          <input
            type="checkbox"
            checked={choice.header}
            data-testid="import-header"
            onChange={(event) => chooseImport({ header: event.target.checked })}
          />
          {t('peopleFile.header')}
        </label>
      ) : null}
      <div className="field">
        <span className="field-label">{t('peopleFile.duplicates')}</span>
        <Segments
          label={t('peopleFile.duplicates')}
          value={choice.duplicates}
          options={(['merge', 'skip', 'add'] as const).map((value) => ({ value, label: t(`peopleFile.${value}`) }))}
          testId="import-duplicates"
          onChange={(duplicates) => chooseImport({ duplicates })}
        />
        <p className="field-hint">{t(`peopleFile.${choice.duplicates}Hint`)}</p>
      </div>
      {choice.duplicates === 'add' ? null : (
        <div className="field">
          <span className="field-label">{t('peopleFile.by')}</span>
          <Segments
            label={t('peopleFile.by')}
            value={choice.by}
            options={[
              { value: 'name', label: t('peopleFile.byName') },
              { value: 'number', label: t('peopleFile.byNumber') },
            ]}
            testId="import-by"
            onChange={(by) => chooseImport({ by })}
          />
          <p className="field-hint">{t(choice.by === 'name' ? 'peopleFile.byNameHint' : 'peopleFile.byNumberHint')}</p>
        </div>
      )}
      {error !== null || (tried && !isNamed) ? (
        <p className="error-box" role="alert">
          {error === null ? t('peopleFile.needColumn') : errorText(t, error)}
        </p>
      ) : null}
      <div className="detail-actions">
        <Button tone="primary" submit disabled={busy} data-testid="import-start">
          {t('peopleFile.start')}
        </Button>
        <Button data-testid="import-cancel" onClick={closeImport}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
