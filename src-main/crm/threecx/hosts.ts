// SPDX-License-Identifier: MIT
import type { Scope } from './expression/evaluate.ts';
import type { Template } from './template.ts';
import { originOf, originVariables } from './url.ts';

/** Hosts that the template itself names for its requests and for its links to records. */
export function templateHosts({ scenarios }: Pick<Template, 'scenarios'>, trusted: Scope): readonly string[] {
  const addresses = scenarios.flatMap(({ request, outputs }) => [
    request.url,
    ...outputs.filter(({ type }) => type === 'ContactUrl').map(({ value }) => value),
  ]);
  return [...new Set(addresses.flatMap((address) => hostOf(address, trusted) ?? []))];
}

/** Null where a reply decides it, or it is not known yet. */
function hostOf(address: string, trusted: Scope): string | null {
  try {
    const isOwn = originVariables(address).every((name) => trusted.value(name) !== '');
    return isOwn ? (originOf(address, trusted)?.host ?? null) : null;
  } catch {
    return null;
  }
}
