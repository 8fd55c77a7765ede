// SPDX-License-Identifier: MIT
import type { OwnTry } from '../../../../src-shared/crm/view.ts';
import { AppError } from '../../../../src-shared/errors.ts';
import type { CrmHttp, CrmReply, CrmRequest } from '../../api.ts';
import { type OwnOperation, ownDefinition } from './definition.ts';
import { readRecords } from './reading.ts';
import { createOwnSession } from './session.ts';

export type TryOptions = {
  readonly connector: string;
  readonly definition: unknown;
  readonly operation: string;
  readonly values: Readonly<Record<string, string>>;
  readonly http: CrmHttp;
  readonly secrets: Readonly<Record<string, string>>;
};

const MOST_SHOWN = 4_000;
const ANSWER_MS = 20_000;

/**
 * Carries out one operation of a definition, saved or not, and shows what went and what came. Secrets are masked; a
 * failure is part of the answer.
 *
 * @throws AppError `crm.definition` when it cannot be tried at all
 */
export async function tryOperation(options: TryOptions): Promise<OwnTry> {
  const read = ownDefinition.safeParse(options.definition);
  const issue = read.error?.issues[0];
  if (!read.success) throw new AppError('crm.definition', { reason: `${issue?.path.join('.')}: ${issue?.message}` });
  const definition = read.data;
  const wanted = definition.operations[options.operation as OwnOperation];
  const request = Array.isArray(wanted) ? wanted[0] : wanted;
  if (request === undefined) throw new AppError('crm.definition', { reason: options.operation });

  let sent: CrmRequest | null = null;
  let came: CrmReply | null = null;
  const http: CrmHttp = async (outgoing, signal) => {
    sent = outgoing;
    came = await options.http(outgoing, signal);
    return came;
  };
  const session = createOwnSession(definition, http, async () => options.secrets);
  const mask = (text: string): string => masked(text, options.secrets).slice(0, MOST_SHOWN);
  const shown = (records: OwnTry['records'], error: string | null): OwnTry => ({
    request: { method: sent?.method ?? '', url: mask(sent?.url ?? ''), body: mask(sent?.body ?? '') },
    status: came?.status ?? 0,
    body: mask(came?.text ?? ''),
    records,
    error: error === null ? null : mask(error),
  });
  try {
    const reply = await session.send(request, options.values, AbortSignal.timeout(ANSWER_MS));
    const hosts = [new URL(definition.baseUrl).host, ...definition.linkHosts];
    return shown(readRecords(options.connector, definition, request, reply?.body, hosts), null);
  } catch (error) {
    return shown([], error instanceof Error ? error.message : 'failed');
  }
}

/** Every secret in it, as it is and as addresses and base64 write it, is hidden. */
function masked(text: string, secrets: Readonly<Record<string, string>>): string {
  return Object.values(secrets)
    .filter((secret) => secret.length > 2)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret, 'utf8').toString('base64')])
    .reduce((shown, secret) => shown.replaceAll(secret, '•••'), text);
}
