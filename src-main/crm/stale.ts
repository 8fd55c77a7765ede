// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';

/** Ids of connectors that are gone, or whose answers would be others under the settings of now. */
export function staleOf(before: readonly ConnectorSettings[], now: readonly ConnectorSettings[]): readonly string[] {
  const answers = new Map(now.map((one) => [one.id, answersOf(one)]));
  return before.filter((one) => answers.get(one.id) !== answersOf(one)).map(({ id }) => id);
}

/** All of the settings that what a connector answers depends on. */
function answersOf({ type, options, match, rewrite }: ConnectorSettings): string {
  return JSON.stringify([type, options, match, rewrite]);
}
