// SPDX-License-Identifier: MIT
import { useT } from '../../i18n/index.ts';
import { failedText } from '../crm/caller-text.ts';
import { connectorName, recordLine, selectConnectors } from '../crm/crm-state.ts';
import { useCrmSearch } from '../crm/use-crm-search.ts';
import { useApp } from '../state/store.ts';
import type { Shown } from './Suggestions.tsx';

const MOST = 8;
const MOST_NUMBERS = 3;

/**
 * Numbers of the CRMs' records for what is being typed, to stand below the local ones, and which CRMs did not answer.
 * While newer ones are asked for there are none: an entry never changes under the pointer.
 */
export function useCrmSuggest(text: string): { readonly items: readonly Shown[]; readonly note: string } {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const { records, failed, asking } = useCrmSearch(text);
  if (asking) return { items: [], note: '' };
  const items = records.flatMap((record): Shown[] =>
    record.phones.slice(0, MOST_NUMBERS).map((number) => ({
      name: record.name,
      number,
      numberText: number,
      from: 'crm',
      below: [connectorName(connectors, record.connector, t), recordLine(record, t)].join(' · '),
    })),
  );
  return { items: items.slice(0, MOST), note: failedText(failed, connectors, t) };
}
