// SPDX-License-Identifier: MIT
import type { ImportField } from '../../src-shared/contacts-file.ts';

export type Columns = { readonly header: boolean; readonly mapping: readonly (ImportField | null)[] };

/** Words of headings in English, Spanish and Russian, folded (so that й is и); the first pattern that fits counts. */
const HEADINGS: readonly (readonly [RegExp, ImportField | null])[] = [
  // `Phone 1 - Type`, and what is no number one calls.
  [/(type|tipo|label|etiqueta|тип)$|fax|факс|pager|\bid$/, null],
  [/e-?mail|correo|почта/, 'email'],
  [/\bnot(e|es|as?)\b|birthday|cumplean|address|direccion|адрес|заметк/, null],
  [
    /phone|mobile|\bcell|telefono|\b(tel|tlf|tfno)\b|\bmovil|celular|\bfijo\b|\bnumber\b|\bnumero\b|телефон|мобильн|номер/,
    'phone',
  ],
  [/title|department|\bcargo\b|departamento|должност|отдел/, null],
  [/web|\burl\b|\bsite\b|\bsitio|\bpagina|саит|ссылка/, 'url'],
  [/responsib|responsable|\bowner|\bagent|\bextension|ответственн|менеджер|внутренн/, 'responsible'],
  [/^(kind|clase)$/, 'kind'],
  [/compan|organi[sz]a|empresa|razon social|\bfirm|компани|организац|фирма|^org$/, 'company'],
  [/middle|phonetic|prefix|prefijo|suffix|sufijo|nick|apodo|segundo|отчество/, null],
  [/first name|given name|forename|nombre de pila|primer nombre/, 'firstName'],
  [/last name|surname|family name|apellido|^фамилия$/, 'lastName'],
  [
    /^(full |display |contact |customer |client )?name$|^nombre( |$)|^(contact|contacto|customer|client|cliente|фио|клиент|контакт)$/,
    'name',
  ],
  [/^имя|^название|^наименование/, 'name'],
];

/** Cells that are looked at to tell a column by what stands in it. */
const SAMPLE = 50;

/** Guesses from the first rows whether the first one names the columns, and what each column is. */
export function guessColumns(rows: readonly (readonly string[])[]): Columns {
  const sample = rows.slice(0, SAMPLE);
  const [first = [], ...below] = sample;
  const columns = Array.from({ length: Math.max(0, ...sample.map((row) => row.length)) }, (_, at) => at);
  const contentsOf = (list: readonly (readonly string[])[]) =>
    columns.map((at) => contentOf(list.map((row) => row[at] ?? '')));
  const named = columns.map((at) => headingOf(first[at] ?? ''));
  const isData = first.some((cell) => looksLikePhone(cell) || looksLikeEmail(cell));
  const contents = contentsOf(below);
  // Words above numbers are headings, whatever they say.
  const areWords =
    first.every((cell) => !/\d/.test(cell)) && contents.some((one) => one === 'phone' || one === 'email');
  const header = !isData && (named.some((field) => field !== null) || areWords);
  return header
    ? { header, mapping: settled(named, contents) }
    : {
        header,
        mapping: settled(
          columns.map(() => null),
          contentsOf(sample),
        ),
      };
}

function headingOf(cell: string): ImportField | null {
  const folded = cell
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[_.:]+/g, ' ')
    .trim();
  if (folded === '' || folded.length > 60) return null;
  return HEADINGS.find(([words]) => words.test(folded))?.[1] ?? null;
}

/** A first name beside a last name; a company's name where there is no other; one column each where one is enough. */
function settled(
  named: readonly (ImportField | null)[],
  contents: readonly (ImportField | null)[],
): readonly (ImportField | null)[] {
  const known = new Set(named);
  let fields = named.map((field, at) => field ?? missing(contents[at] ?? null, known));
  if (fields.includes('lastName') && !fields.includes('firstName')) {
    fields = fields.map((field) => (field === 'name' ? 'firstName' : field));
  }
  if (!fields.includes('name') && !fields.includes('firstName') && !fields.includes('lastName')) {
    const text = fields.findIndex((field, at) => field === null && contents[at] === 'name');
    if (text >= 0) fields = fields.with(text, 'name');
  }
  return fields.map((field, at) =>
    field === 'phone' || field === 'email' || fields.indexOf(field) === at ? field : null,
  );
}

/** What stands in a column that nothing is called after: only what the file would lack otherwise. */
function missing(content: ImportField | null, known: ReadonlySet<ImportField | null>): ImportField | null {
  if (content === null || content === 'name' || known.has(content)) return null;
  return content;
}

function contentOf(cells: readonly string[]): ImportField | null {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0) return null;
  const most = (is: (cell: string) => boolean): boolean => filled.filter(is).length > filled.length * 0.6;
  if (most(looksLikeEmail)) return 'email';
  if (most(looksLikePhone)) return 'phone';
  if (most((cell) => /^(https?:\/\/|www\.)/i.test(cell))) return 'url';
  return most((cell) => /\p{L}{2}/u.test(cell)) ? 'name' : null;
}

function looksLikeEmail(cell: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell);
}

function looksLikePhone(cell: string): boolean {
  const digits = cell.replace(/\D/g, '').length;
  return digits >= 7 && digits <= 15 && /^[='"+\d\s().\-/]+$/.test(cell) && !/^\d{4}-\d\d-\d\d$/.test(cell);
}
