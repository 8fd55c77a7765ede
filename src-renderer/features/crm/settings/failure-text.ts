// SPDX-License-Identifier: MIT
import type { OutboxView } from '../../../../src-shared/crm/view.ts';
import type { T } from '../../../i18n/index.ts';

/** Why an entry is not in the CRM yet: our sentences for what main calls these. */
export const FAILURES = [
  'auth',
  'scopes',
  'forbidden',
  'quota',
  'network',
  'bad-reply',
  'refused',
  'duplicate',
  'unsupported',
  'waits',
] as const;
type Failure = (typeof FAILURES)[number];

/** The reason in words, with the CRM's own where it gave some. */
export function failureText({ failure, message, field }: OutboxView, t: T): string {
  const known = FAILURES.find((one): one is Failure => one === failure);
  const sentence = known === undefined ? t('crmSet.failure-other') : t(`crmSet.failure-${known}`);
  const said = [message, field].filter(Boolean).join(' · ');
  return said === '' ? sentence : `${sentence} “${said}”`;
}
