// SPDX-License-Identifier: MIT
import { Refusal } from './refusal.ts';
import type { Row } from './store.ts';

type Condition = (row: Row) => boolean;

const MOST = 10;

/**
 * `((Field:operator:value)and(…))` as the search takes it. Brackets, commas and backslashes in a value are escaped; a
 * backslash before anything else is a mistake. Several conditions at once turn `equals` into "begins with".
 */
export function readCriteria(text: string, knows: (field: string) => boolean): Condition {
  const reader = new Reader(text, knows);
  const condition = reader.group();
  reader.end();
  if (reader.count > MOST) throw new Refusal(400, 'CRITERIA_LIMIT_EXCEEDED', 'too many conditions');
  return condition(reader.count > 1);
}

class Reader {
  count = 0;
  private at = 0;
  private readonly text: string;
  private readonly knows: (field: string) => boolean;

  constructor(text: string, knows: (field: string) => boolean) {
    this.text = text;
    this.knows = knows;
  }

  group(): (isLoose: boolean) => Condition {
    this.take('(');
    if (this.text[this.at] !== '(') return this.condition();
    const all = [this.group()];
    let operator = '';
    while (this.text[this.at] !== ')') {
      const next = /^(and|or)/i.exec(this.text.slice(this.at))?.[1]?.toLowerCase() ?? '';
      if (next === '' || (operator !== '' && next !== operator)) throw this.wrong();
      operator = next;
      this.at += next.length;
      all.push(this.group());
    }
    this.take(')');
    return (isLoose) => {
      const conditions = all.map((one) => one(isLoose));
      return (row) => (operator === 'or' ? conditions.some((one) => one(row)) : conditions.every((one) => one(row)));
    };
  }

  end(): void {
    if (this.at !== this.text.length) throw this.wrong();
  }

  private condition(): (isLoose: boolean) => Condition {
    this.count += 1;
    const field = this.until(':');
    const operator = this.until(':');
    const value = this.value().toLowerCase();
    if (!this.knows(field) || !['equals', 'starts_with'].includes(operator)) throw this.wrong();
    return (isLoose) => (row) => {
      const stored = String(row[field] ?? '').toLowerCase();
      return operator === 'equals' && !isLoose ? stored === value : stored.startsWith(value);
    };
  }

  private value(): string {
    let value = '';
    for (;;) {
      const letter = this.text[this.at];
      if (letter === undefined || letter === '(' || letter === ',') throw this.wrong();
      this.at += 1;
      if (letter === ')') return value;
      if (letter !== '\\') value += letter;
      else {
        const next = this.text[this.at] ?? '';
        if (!['(', ')', ',', '\\'].includes(next)) throw this.wrong();
        this.at += 1;
        value += next;
      }
    }
  }

  private until(mark: string): string {
    const end = this.text.indexOf(mark, this.at);
    if (end < 0) throw this.wrong();
    const found = this.text.slice(this.at, end);
    this.at = end + 1;
    return found;
  }

  private take(mark: string): void {
    if (this.text[this.at] !== mark) throw this.wrong();
    this.at += 1;
  }

  private wrong(): Refusal {
    return new Refusal(400, 'INVALID_QUERY', 'Invalid query formed', {
      reason: this.text.slice(this.at, this.at + 20),
    });
  }
}
