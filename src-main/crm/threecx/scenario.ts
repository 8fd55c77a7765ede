// SPDX-License-Identifier: MIT
import { type PostValue, passesOf, readHeaders, readPostValues } from './post-values.ts';
import { all, first, type XmlNode } from './xml.ts';

export const RULE_TYPES = ['Any', 'Equals', 'NotEquals', 'Number', 'Contains', 'StartsWith', 'EndsWith'] as const;

/** A condition on a part of a reply. */
export type Rule = { readonly type: (typeof RULE_TYPES)[number]; readonly ethalon: string; readonly path: string };

export type ScenarioRequest = {
  readonly skipIf: string;
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly encoding: 'UrlEncoded' | 'Json';
  readonly contentType: string;
  /** A body written out; `passes` as for values. */
  readonly message: string;
  readonly passes: number;
  readonly headers: readonly PostValue[];
  readonly values: readonly PostValue[];
};

export type ChainScenario = {
  /** '' for the look-up by number. */
  readonly id: string;
  /** One of several ways of the same look-up: which kind it looks for, and in which order kinds are looked for. */
  readonly entity: { readonly id: string; readonly order: string };
  readonly request: ScenarioRequest;
  readonly rules: readonly Rule[];
  readonly variables: readonly {
    readonly name: string;
    readonly path: string;
    readonly filter: readonly Rule[];
  }[];
  readonly outputs: readonly { readonly type: string; readonly value: string; readonly passes: number }[];
  readonly next: string;
  readonly allowEmpty: boolean;
};

type Note = (text: string) => void;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** What a scenario is called where people read it. */
export function scenarioName(id: string): string {
  return id === '' ? 'Look-up by number' : id;
}

/** Whether it asks over HTTP. */
export function isRest({ attributes }: XmlNode): boolean {
  return /^rest$/i.test(attributes.Type ?? 'REST');
}

/** Null for one that is not carried out: `note` is told why. */
export function readScenario(node: XmlNode, note: Note): ChainScenario | null {
  const { Id: id = '', Type: type, EntityId = '', EntityOrder = '' } = node.attributes;
  const say: Note = (text) => note(`${scenarioName(id)}: ${text}`);
  if (!isRest(node)) return refuse(say, `${type} (a data base is not asked directly)`);
  if (id.startsWith('LookupFromCFD_')) return refuse(say, 'questions of a call flow are not asked');
  const request = readRequest(first(node, 'Request'), say);
  const outputs = first(node, 'Outputs');
  const rules = all(first(node, 'Rules'), 'Rule').flatMap((rule) => readRule(rule, say) ?? []);
  const variables = all(first(node, 'Variables'), 'Variable').map((variable) => readVariable(variable, say));
  if (request === null) return null;
  const responseType = first(node, 'Request')?.attributes.ResponseType || 'Json';
  if (!/^json$/i.test(responseType) && rules.length + variables.length > 0) {
    return refuse(say, `replies in ${responseType}`);
  }
  return {
    id,
    entity: { id: EntityId, order: EntityOrder },
    request,
    rules,
    variables,
    outputs: all(outputs, 'Output').map((output) => readOutput(output, say)),
    next: outputs?.attributes.Next?.trim() ?? '',
    allowEmpty: /^true$/i.test(outputs?.attributes.AllowEmpty ?? ''),
  };
}

function readRequest(node: XmlNode | undefined, say: Note): ScenarioRequest | null {
  if (node === undefined) return refuse(say, 'it has no request');
  const given = node.attributes;
  const method = METHODS.find((one) => one === (given.RequestType || 'Get').toUpperCase());
  if (method === undefined) return refuse(say, `requests of the type ${given.RequestType}`);
  const encoding = /^json$/i.test(given.RequestEncoding ?? '') ? 'Json' : 'UrlEncoded';
  if (!/^(?:json|urlencoded)?$/i.test(given.RequestEncoding ?? '')) say(`the encoding ${given.RequestEncoding}`);
  const values = readPostValues(first(node, 'PostValues'), say);
  if (method === 'GET' && values.length > 0) say('values posted by a request of the type Get');
  if (encoding === 'UrlEncoded' && values.some(({ kind }) => kind !== 'value')) say('objects in a form');
  return {
    skipIf: given.SkipIf ?? '',
    url: (given.Url ?? '').trim(),
    method,
    encoding,
    contentType: (given.RequestContentType ?? '').trim(),
    message: given.Message ?? '',
    passes: passesOf(given.MessagePasses),
    headers: readHeaders(first(node, 'Headers'), say),
    values,
  };
}

function readRule(node: XmlNode, say: Note): Rule | null {
  const type = RULE_TYPES.find((one) => one === (node.attributes.Type ?? 'Any'));
  if (type === undefined) return refuse(say, `rules of the type ${node.attributes.Type}`);
  return { type, ethalon: node.attributes.Ethalon ?? '', path: node.text.trim() };
}

function readVariable(node: XmlNode, say: Note): ChainScenario['variables'][number] {
  const { Name: name = '', Path = '', LookupValue = '', Skip = '', IsArray = '' } = node.attributes;
  if (LookupValue !== '') say(`the look-up value of ${name}`);
  if (!/^0?$/.test(Skip)) say(`values passed over for ${name}`);
  if (/^true$/i.test(IsArray)) say(`${name} as a list`);
  const filter = all(first(node, 'Filter'), 'Rule').flatMap((rule) => readRule(rule, say) ?? []);
  return { name, path: Path.trim() || node.text.trim(), filter };
}

function readOutput({ attributes }: XmlNode, say: Note): ChainScenario['outputs'][number] {
  const { Type: type = '', Value: value = '', Passes } = attributes;
  if (type === 'PhotoUrl') say('pictures (PhotoUrl) are not shown');
  return { type, value, passes: passesOf(Passes) };
}

function refuse(say: Note, why: string): null {
  say(why);
  return null;
}
