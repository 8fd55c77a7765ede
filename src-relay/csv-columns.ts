// SPDX-License-Identifier: MIT
/** Place of each column in a line; -1 for one that is not there. */
export type Columns = Readonly<Record<'number' | 'name' | 'responsible' | 'blacklisted', number>>;

const IN_ORDER: Columns = { number: 0, name: 1, responsible: 2, blacklisted: 3 };

/** As people and CRMs call them, in English and Spanish; without marks, blanks and case. */
const WORDS: Readonly<Record<keyof Columns, RegExp>> = {
  number: /^(phone|tele?(phone|fono)?|mobile|movil|celular|number|numero|callerid)(number|numero|1)?$/,
  name: /^(full|contact|client|customer|account)?(name|nombre|contact|contacto|cliente?|customer|company|empresa)$/,
  responsible: /^(responsible|responsable|extension|ext|agente?|owner|propietario|assignedto|asignadoa)$/,
  blacklisted: /^(blacklist(ed)?|blocked|bloquead[oa]|listanegra|spam)$/,
};

/** The columns that the first line names, or the usual order when it is a line like the others. */
export function readColumns(cells: readonly string[]): { readonly columns: Columns; readonly isHeader: boolean } {
  const names = cells.map((cell) =>
    cell
      .normalize('NFD')
      .toLowerCase()
      .replace(/[^a-z0-9]/g, ''),
  );
  const columnOf = (column: keyof Columns): number => names.findIndex((name) => WORDS[column].test(name));
  const columns: Columns = {
    number: columnOf('number'),
    name: columnOf('name'),
    responsible: columnOf('responsible'),
    blacklisted: columnOf('blacklisted'),
  };
  const hasNumber = cells.some((cell) => cell.replace(/\D/g, '').length >= 3);
  const isHeader = !hasNumber && Object.values(columns).some((place) => place !== -1);
  return isHeader ? { columns, isHeader } : { columns: IN_ORDER, isHeader };
}
