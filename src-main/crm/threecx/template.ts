// SPDX-License-Identifier: MIT
import { noteStrangers } from './known.ts';
import { type Parameter, readParameters } from './parameters.ts';
import { type ChainScenario, readScenario } from './scenario.ts';
import { all, first, readXml, type XmlNode } from './xml.ts';

export const PREFIXES = ['AsIs', 'Off', 'Plus', 'Zeros'] as const;

/** How a template says who we are; a scenario publishes what it learns to all others. OAuth is a parameter's. */
export type TemplateAuth =
  | { readonly type: 'no' }
  /** `user:password` as a text with expressions. */
  | { readonly type: 'basic'; readonly value: string }
  | { readonly type: 'scenario'; readonly id: string };

/**
 * A 3CX CRM template as far as Megadial carries it out (crm-connectors.md sections 1.2 and 1.3). What it wants beyond
 * that is named in `unsupported`.
 */
export type Template = {
  readonly name: string;
  readonly version: string;
  readonly emojis: boolean;
  readonly number: { readonly prefix: (typeof PREFIXES)[number]; readonly maxLength: string };
  readonly maxConcurrent: number;
  readonly parameters: readonly Parameter[];
  readonly auth: TemplateAuth;
  readonly scenarios: readonly ChainScenario[];
  readonly unsupported: readonly string[];
};

const MOST_SCENARIOS = 100;
const MOST_NOTES = 100;
const LONGEST_NOTE = 300;
const CONCURRENT = { usual: 4, most: 16 } as const;
/** @throws Error with a sentence when it is no template, or none that could do anything */
export function readTemplate(xml: string): Template {
  const root = readXml(xml);
  if (root.name !== 'Crm') throw new Error('its first element is not <Crm>');
  const unsupported = new Set<string>();
  const note = (text: string) => {
    if (unsupported.size < MOST_NOTES) unsupported.add(text.slice(0, LONGEST_NOTE));
  };
  const parameters = readParameters(first(root, 'Parameters'), note);
  const nodes = all(root, 'Scenarios').flatMap((list) => all(list, 'Scenario'));
  if (nodes.length > MOST_SCENARIOS) throw new Error(`it has more than ${MOST_SCENARIOS} scenarios`);
  const scenarios = nodes.flatMap((node) => readScenario(node, note) ?? []);
  noteStrangers(root, note);
  const number = first(root, 'Number')?.attributes ?? {};
  if (!PREFIXES.some((one) => one === (number.Prefix ?? 'AsIs'))) note(`Number: the prefix ${number.Prefix}`);
  const concurrent = Number(first(root, 'Connection')?.attributes.MaxConcurrentRequests);
  return {
    name: root.attributes.Name?.trim() || '3CX',
    version: root.attributes.Version ?? '',
    emojis: isYes(root.attributes.SupportsEmojis),
    number: { prefix: PREFIXES.find((one) => one === number.Prefix) ?? 'AsIs', maxLength: number.MaxLength ?? '' },
    maxConcurrent: concurrent >= 1 ? Math.min(CONCURRENT.most, Math.floor(concurrent)) : CONCURRENT.usual,
    parameters,
    auth: readAuth(first(root, 'Authentication'), scenarios),
    scenarios,
    unsupported: [...unsupported],
  };
}

function readAuth(node: XmlNode | undefined, scenarios: readonly ChainScenario[]): TemplateAuth {
  const type = node?.attributes.Type ?? 'No';
  const value = first(node, 'Value')?.text.trim() ?? '';
  if (/^(?:No|None)?$/i.test(type)) return { type: 'no' };
  if (/^Basic$/i.test(type)) return { type: 'basic', value };
  if (!/^Scenario$/i.test(type)) throw new Error(`it signs in in an unknown way (${type.slice(0, 40)})`);
  if (!scenarios.some(({ id }) => id === value)) throw new Error(`its scenario for signing in ("${value}") is missing`);
  return { type: 'scenario', id: value };
}

function isYes(text: string | undefined): boolean {
  return /^(?:true|1)$/i.test(text?.trim() ?? '');
}
