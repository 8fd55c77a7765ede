// SPDX-License-Identifier: MIT
import { AppError, type ErrorCode } from '../../src-shared/errors.ts';
import { CrmError, type CrmFailure } from './api.ts';

const CODES: Readonly<Record<CrmFailure, ErrorCode>> = {
  auth: 'crm.auth',
  scopes: 'crm.scopes',
  forbidden: 'crm.forbidden',
  quota: 'crm.quota',
  network: 'crm.network',
  'bad-reply': 'crm.bad-reply',
  refused: 'crm.refused',
  duplicate: 'crm.duplicate',
  unsupported: 'crm.unsupported',
};

/**
 * A connector's failure as a sentence for the person, with the CRM's name of the field it complains of; anything else
 * stays what it is.
 */
export function toAppError(thrown: unknown): unknown {
  if (!(thrown instanceof CrmError)) return thrown;
  const message = thrown.field === null ? thrown.message : `${thrown.message} (${thrown.field})`;
  return new AppError(CODES[thrown.failure], { message, field: thrown.field ?? '' }, { cause: thrown });
}
