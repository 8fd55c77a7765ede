// SPDX-License-Identifier: MIT
import { IMPORT_FIELDS, type ImportField, type ImportPreview } from '../../../src-shared/contacts-file.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';

/** The first rows of a file; above each column of a CSV what it is. */
export function ImportTable({
  preview,
  header,
  mapping,
  onMapping,
}: {
  readonly preview: ImportPreview;
  readonly header: boolean;
  readonly mapping: readonly (ImportField | null)[];
  readonly onMapping: (mapping: readonly (ImportField | null)[]) => void;
}) {
  const t = useT();
  const isCsv = preview.kind === 'csv';
  const names = isCsv && header ? (preview.rows[0] ?? []) : [];
  const rows = isCsv && header ? preview.rows.slice(1) : preview.rows;
  const cards = (['name', 'company', 'phone', 'email'] as const).map((field) => t(`peopleFile.field-${field}`));
  return (
    <div className="field">
      <span className="field-label">{isCsv ? t('peopleFile.columns') : t('peopleFile.cards')}</span>
      {isCsv ? <p className="field-hint">{t('peopleFile.columnsHint')}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by the keyboard too */}
      <section className="import-table" tabIndex={0} aria-label={t('peopleFile.cards')}>
        <table>
          <thead>
            <tr>
              {isCsv
                ? mapping.map((field, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place
                    <th key={index} scope="col">
                      <Foreign className="cut">{names[index] || t('peopleFile.column', { index: index + 1 })}</Foreign>
                      <select
                        className="input"
                        aria-label={t('peopleFile.columnIs', { index: index + 1 })}
                        value={field ?? ''}
                        data-testid={`import-column-${index + 1}`}
                        onChange={(event) =>
                          onMapping(mapping.with(index, (event.target.value || null) as ImportField | null))
                        }
                      >
                        <option value="">{t('peopleFile.notImported')}</option>
                        {IMPORT_FIELDS.map((one) => (
                          <option key={one} value={one}>
                            {t(`peopleFile.field-${one}`)}
                          </option>
                        ))}
                      </select>
                    </th>
                  ))
                : cards.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file are known by their place
              <tr key={line}>
                {(isCsv ? mapping : cards).map((_, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: so are cells
                  <td key={index}>
                    <Foreign className="cut">{row[index] ?? ''}</Foreign>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
