// SPDX-License-Identifier: MIT
import type { CrmSearchReply } from '../../../src-shared/crm/view.ts';

const NOTHING: CrmSearchReply = { records: [], failed: [] };

/**
 * Asks for the records of a text. Returns what calls the question off: nothing is shown after that, and CRMs that are
 * still being asked are let go, since an empty question overtakes it.
 */
export function askCrms(
  text: string,
  ask: (text: string) => Promise<CrmSearchReply>,
  show: (reply: CrmSearchReply) => void,
): () => void {
  let open = true;
  const answer = (reply: CrmSearchReply): void => {
    if (!open) return;
    open = false;
    show(reply);
  };
  ask(text).then(answer, () => answer(NOTHING));
  return () => {
    if (!open) return;
    open = false;
    ask('').catch(() => undefined);
  };
}
