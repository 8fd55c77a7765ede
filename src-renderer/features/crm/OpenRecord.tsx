// SPDX-License-Identifier: MIT
import { ExternalLink } from 'lucide-react';
import type { CallerView } from '../../../src-shared/crm/view.ts';
import type { CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';
import { connectorName, kindText, recordOf, selectConnectors } from './crm-state.ts';

/**
 * The kind of a live call's record; where its page is known, pressing it opens the page. Without a record the page of our
 * own contact, if it has one.
 */
export function OpenRecord({
  call,
  caller,
  run,
  testId,
}: {
  readonly call: CallView;
  readonly caller: CallerView;
  readonly run: (work: () => Promise<unknown>) => Promise<unknown>;
  readonly testId: string;
}) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const record = recordOf(caller);
  const url = record?.url ?? call.contact?.url ?? null;
  const word = record === null ? t('call.openCard') : kindText(record.kind, t);
  if (url === null) return record === null ? null : <span className="quiet row-small">{word}</span>;
  const name = record === null ? '' : connectorName(connectors, record.connector, t);
  return (
    <Button
      size="small"
      icon={ExternalLink}
      title={name === '' ? word : t('crm.openIn', { name })}
      data-testid={testId}
      onClick={() => void run(() => request('link.open', url))}
    >
      {word}
    </Button>
  );
}
