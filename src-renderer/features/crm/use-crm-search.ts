// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { CrmSearchReply } from '../../../src-shared/crm/view.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useDebounced } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { askCrms } from './crm-question.ts';

const NOTHING: CrmSearchReply = { records: [], failed: [] };
/** A CRM is not asked for each letter: people type four or five a second. */
const WAIT = 250;
const LEAST = 2;

const canSearch = (app: AppState) =>
  app.crm.connectors.some(
    ({ state, capabilities }) => state === 'ready' && (capabilities?.search || capabilities?.searchByEmail),
  );

/**
 * Records of the CRMs for what is being typed. `asking`: what stands here is for an older text. Answers to an older
 * text are dropped, and its question is called off.
 */
export function useCrmSearch(text: string): CrmSearchReply & { readonly asking: boolean } {
  const able = useApp(canSearch);
  const typed = text.trim().slice(0, 100);
  const wanted = useDebounced(typed, WAIT);
  const [found, setFound] = useState<{ readonly text: string; readonly reply: CrmSearchReply }>({
    text: '',
    reply: NOTHING,
  });
  useEffect(() => {
    if (!able || wanted.length < LEAST) return;
    return askCrms(
      wanted,
      (question) => request('crm.search', question),
      (reply) => setFound({ text: wanted, reply }),
    );
  }, [able, wanted]);
  if (!able || typed.length < LEAST) return { ...NOTHING, asking: false };
  return { ...found.reply, asking: found.text !== typed };
}
