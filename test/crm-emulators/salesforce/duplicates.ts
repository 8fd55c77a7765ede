// SPDX-License-Identifier: MIT
import type { ObjectName } from './ids.ts';
import { Refusal } from './refusal.ts';
import type { Row, Store } from './store.ts';

/**
 * A duplicate rule as organisations have it from the start: the same name with the same number or e-mail. The answer
 * spells its key `duplicateResut`, as the platform does.
 */
export function refuseDuplicate(
  store: Store,
  object: ObjectName,
  given: Readonly<Record<string, unknown>>,
  rule: 'alert' | 'block',
): void {
  const digits = (value: unknown) => String(value ?? '').replace(/\D/g, '');
  const isSame = (row: Row): boolean =>
    row.LastName === given.LastName &&
    ((digits(given.Phone) !== '' && digits(row.Phone) === digits(given.Phone)) ||
      (given.Email !== undefined && row.Email === given.Email));
  const found = store.rows(object).find(isSame);
  if (found === undefined) return;
  const id = String(found.Id);
  const record = { attributes: { type: object, url: `/services/data/v68.0/sobjects/${object}/${id}` }, Id: id };
  const message = 'Use one of these records?';
  throw new Refusal(400, 'DUPLICATES_DETECTED', message, {
    duplicateResut: {
      allowSave: rule === 'alert',
      duplicateRule: `Standard_${object}_Duplicate_Rule`,
      duplicateRuleEntityType: object,
      errorMessage: message,
      matchResults: [
        {
          entityType: object,
          errors: [],
          matchEngine: 'FuzzyMatchEngine',
          matchRecords: [{ additionalInformation: [], fieldDiffs: [], matchConfidence: 100, record }],
          rule: `Standard_${object}_Match_Rule_v1_0`,
          size: 1,
          success: true,
        },
      ],
    },
  });
}
