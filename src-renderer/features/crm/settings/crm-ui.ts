// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import { goTo } from '../../state/ui.ts';

export const CRM_TABS = ['connections', 'journal', 'creation', 'agents', 'outbox'] as const;
export type CrmTab = (typeof CRM_TABS)[number];

type CrmUi = {
  readonly tab: CrmTab;
  /** Id of the connector being looked at. */
  readonly connector: string | null;
};

/** Kept when another screen is looked at meanwhile. */
export const useCrmUi = create<CrmUi>(() => ({ tab: 'connections', connector: null }));

/** Opens the screen of the CRMs at one of its tabs. */
export function openCrm(tab: CrmTab, connector: string | null = null): void {
  useCrmUi.setState({ tab, connector });
  goTo('crm');
}
