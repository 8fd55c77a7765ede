// SPDX-License-Identifier: MIT
import type { ConnectorSettings, CrmSettings } from '../../../src-shared/crm/settings.ts';
import { useSetting } from '../settings/use-setting.ts';
import { currentApp } from '../state/store.ts';

/**
 * The CRM's part of the settings. A change is made to what stands there when it is saved, so that two in a row never
 * undo each other.
 */
export function useCrmSettings() {
  const { value, save, error, clear } = useSetting('crm');
  const change = (next: (crm: CrmSettings) => CrmSettings) => save(next(currentApp()?.settings.crm ?? value));
  return {
    crm: value,
    error,
    clear,
    change,
    changeConnector: (id: string, next: (connector: ConnectorSettings) => ConnectorSettings) =>
      change((crm) => ({ ...crm, connectors: crm.connectors.map((one) => (one.id === id ? next(one) : one)) })),
  };
}
