// SPDX-License-Identifier: MIT
import { canonical } from '../src-shared/numbers/canonical.ts';
import { pbxNumber } from '../src-shared/numbers/pbx-number.ts';
import { latinName } from '../src-shared/rules/latin-name.ts';
import { inTime } from './answer.ts';
import type { Names } from './names.ts';
import type { Directory, Team } from './parts.ts';

export type CallerNameOptions = {
  readonly directory: Pick<Directory, 'get'>;
  readonly team: Pick<Team, 'settings'>;
  readonly names: Pick<Names, 'ask'>;
  readonly budgetMs: number;
};

/**
 * The name of a caller as it may stand on a phone (section 8 of the guide): from the directory, else from the company's
 * CRM when that answers in time. '' for nobody known, and when the team wants no names on its phones.
 */
export function createCallerName({ directory, team, names, budgetMs }: CallerNameOptions) {
  return async (tenant: string, number: string): Promise<string> => {
    const { rules, namesUrl, country } = await team.settings(tenant);
    if (!rules.sendCallerName) return '';
    const known = canonical(pbxNumber(number), country);
    const entry = known === '' ? null : await directory.get(tenant, known);
    if (entry !== null && entry.name !== '') return latinName(entry.name, rules.callerNameMax);
    if (namesUrl === '' || !known.startsWith('+')) return '';
    const asked = await inTime(names.ask(tenant, namesUrl, known), budgetMs);
    return latinName(asked ?? '', rules.callerNameMax);
  };
}
