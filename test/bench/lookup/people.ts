// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import { contactsTable } from '../../../src-main/store/contacts.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import type { ContactDraft } from '../../../src-shared/state.ts';

/** Names are as unequal as in life: a few are everywhere, and so are the words companies begin with. */
const FIRST = [
  ...['Ana', 'José', 'María', 'Luis', 'Carmen', 'Antonio', 'Juan', 'Marta', 'Lucía', 'Jorge', 'Elena', 'Pablo', 'Ann'],
  ...['Jörg', 'Zoë', 'Ивана', 'Oriol', 'Begoña', 'Li', 'Hélène', 'Olu', 'Iñaki', 'Świętosława', 'Wolfgang', 'Xu'],
];
const LAST = [
  ...['García', 'González', 'Rodríguez', 'Fernández', 'López', 'Martínez', 'Sánchez', 'Pérez', 'Smith', 'Ruiz', 'Díaz'],
  ...[
    'Müller',
    'Rossi',
    'Nowak',
    'Ibáñez',
    'Quintana',
    'Wu',
    'Öz',
    'Vidal',
    'Петров',
    'Ordóñez',
    'Etxeberria',
    'Zubizarreta',
  ],
];
const TRADE = [
  'Construcciones',
  'Talleres',
  'Restaurante',
  'Distribuciones',
  'Asesoría',
  'Bar',
  'Clínica',
  'Autoescuela',
];

/** The same numbers on every run. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** More often the first of the list. */
const pick = (list: readonly string[], random: () => number): string =>
  list[Math.floor(random() ** 2 * list.length)] ?? '';

const STARTS = ['+346', '+349', '+346', '+4420', '+347', '+3361'];

/** The number of this index: different for each, and the same on every run. */
export function phone(index: number): string {
  const start = STARTS[index % STARTS.length] ?? '+346';
  return start + String((Math.imul(index, 2_654_435_761) >>> 0) % 100_000_000).padStart(8, '0');
}

/** Two numbers, and each tenth contact a company. */
export function* people(count: number): Generator<ContactDraft> {
  const random = sequence(7);
  for (let index = 0; index < count; index += 1) {
    const company = `${pick(TRADE, random)} ${pick(LAST, random)} ${Math.floor(random() * 20_000)}`;
    const isCompany = index % 10 === 0;
    const name = isCompany ? company : `${pick(FIRST, random)} ${pick(LAST, random)} ${pick(LAST, random)}`;
    yield {
      ...{ id: null, kind: isCompany ? 'company' : 'person', name, company: isCompany ? '' : company },
      ...{ email: `p${index}@${index % 900}.example`, otherEmails: [], url: '', responsible: '' },
      numbers: [phone(index * 2), phone(index * 2 + 1)],
    };
  }
}

const BATCH = 5_000;

/** A database of so many contacts, made as an import makes them but without waiting for the disk. */
export function seedContacts(file: string, count: number): void {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = OFF');
    db.pragma('cache_size = -400000');
    migrate(db);
    const contacts = contactsTable(db);
    let batch: ContactDraft[] = [];
    const add = (): void => {
      contacts.add(batch, { duplicates: 'add', by: 'name' });
      batch = [];
    };
    for (const draft of people(count)) {
      batch.push(draft);
      if (batch.length === BATCH) add();
    }
    add();
  } finally {
    db.close();
  }
}
