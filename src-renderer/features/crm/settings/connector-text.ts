// SPDX-License-Identifier: MIT
import { CircleAlert, CircleCheck, CircleDashed, KeyRound, Loader, type LucideIcon } from 'lucide-react';
import type { ConnectorView } from '../../../../src-shared/crm/view.ts';

/** A shape for each state, so that colour is never alone. */
export const STATE_ICONS: Readonly<Record<ConnectorView['state'], LucideIcon>> = {
  off: CircleDashed,
  ready: CircleCheck,
  'sign-in': KeyRound,
  connecting: Loader,
  failed: CircleAlert,
};
