// SPDX-License-Identifier: MIT
import { isRest, scenarioName } from './scenario.ts';
import type { XmlNode } from './xml.ts';

/** Elements and their attributes, as far as they are read or may be passed over without a loss. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Crm: ['Name', 'Version', 'Country', 'SupportsEmojis', 'SupportsTranscription', 'ListPageSize'],
  Number: ['Prefix', 'MaxLength'],
  Connection: ['MaxConcurrentRequests'],
  Parameters: [],
  Parameter: [
    ...['Name', 'Type', 'Parent', 'Editor', 'Title', 'Validation', 'Default', 'ListValues'],
    ...['RequestUrl', 'RequestUrlParameters', 'ResponseScenario'],
  ],
  Authentication: ['Type', 'DefaultExpiration', 'StoreAllValues'],
  Scenarios: [],
  Scenario: ['Id', 'Type', 'EntityId', 'EntityOrder'],
  Request: [
    ...['SkipIf', 'Url', 'MessagePasses', 'Message', 'RequestContentType', 'RequestEncoding', 'RequestType'],
    'ResponseType',
  ],
  Headers: [],
  PostValues: ['Key', 'If', 'SkipIf'],
  Value: ['Key', 'If', 'SkipIf', 'Passes', 'Type'],
  Object: ['Key', 'If', 'SkipIf'],
  Array: ['Key', 'If', 'SkipIf'],
  Rules: [],
  Rule: ['Type', 'Ethalon'],
  Variables: [],
  Variable: ['Name', 'Path', 'LookupValue', 'Skip', 'IsArray'],
  Filter: [],
  Outputs: ['Next', 'AllowEmpty'],
  Output: ['Type', 'Passes', 'Value'],
};

/** Tells of everything in a document that nobody reads, by the scenario it stands in; empty elements are nobody's loss. */
export function noteStrangers(node: XmlNode, note: (text: string) => void, where = ''): void {
  const place = node.name === 'Scenario' ? `${scenarioName(node.attributes.Id ?? '')}: ` : where;
  const known = KNOWN[node.name];
  const isEmpty = node.children.length === 0 && node.text.trim() === '' && Object.keys(node.attributes).length === 0;
  if (known === undefined) {
    if (!isEmpty) note(`${place}the element <${node.name}>`);
    return;
  }
  for (const name of Object.keys(node.attributes)) {
    if (!known.includes(name) && !/^(?:xmlns|xsi|xsd)/.test(name))
      note(`${place}the attribute ${name} of <${node.name}>`);
  }
  if (node.name === 'Scenario' && !isRest(node)) return; // told of as a whole
  for (const child of node.children) noteStrangers(child, note, place);
}
