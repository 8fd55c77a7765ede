// SPDX-License-Identifier: MIT
import { fillPieces, fillText, isMet, type Scope } from './expression/evaluate.ts';
import { numberOf } from './expression/value.ts';
import type { PostValue } from './post-values.ts';
import type { ScenarioRequest } from './scenario.ts';

export type Body = { readonly text: string; readonly contentType: string };

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** The body of a request, each value escaped for its place in it; null for none. @throws ExpressionError */
export function buildBody(request: ScenarioRequest, scope: Scope): Body | null {
  if (request.method === 'GET') return null;
  const { message, values, encoding, contentType } = request;
  if (message.trim() !== '') return messageBody(request, scope);
  if (values.length === 0) return null;
  if (encoding === 'UrlEncoded') {
    const fields = values.flatMap((one): [string, string][] =>
      one.kind === 'value' && isWanted(one, scope) ? [[one.key, fillText(one.text, scope, one.passes)]] : [],
    );
    return { text: new URLSearchParams(fields).toString(), contentType: contentType || FORM };
  }
  return { text: JSON.stringify(jsonOf(values, scope)), contentType: contentType || JSON_TYPE };
}

/** Parts side by side as an object; one without a name is the whole. */
function jsonOf(values: readonly PostValue[], scope: Scope): unknown {
  const wanted = values.filter((one) => isWanted(one, scope));
  const [only] = wanted;
  if (only !== undefined && wanted.length === 1 && only.key === '' && only.kind !== 'value') return partOf(only, scope);
  return objectOf(wanted, scope);
}

function objectOf(wanted: readonly PostValue[], scope: Scope): unknown {
  const named = wanted.filter(({ key }) => key !== '').map((one): [string, unknown] => [one.key, partOf(one, scope)]);
  return Object.fromEntries(named);
}

function partOf(part: PostValue, scope: Scope): unknown {
  const children = part.children.filter((one) => isWanted(one, scope));
  if (part.kind === 'array') return children.map((one) => partOf(one, scope));
  if (part.kind === 'object') return objectOf(children, scope);
  return typed(fillText(part.text, scope, part.passes), part.type);
}

/** What is no number where one is wanted is null; one that JavaScript cannot hold stays text. */
function typed(text: string, type: PostValue['type']): unknown {
  if (type === 'Boolean') return /^(?:true|1)$/i.test(text.trim());
  if (type !== 'Integer' && type !== 'Double') return text;
  const number = numberOf(text);
  if (number === null) return null;
  const exact = type === 'Integer' ? Math.trunc(number) : number;
  return Number.isSafeInteger(exact) || type === 'Double' ? exact : text.trim();
}

function isWanted({ onlyIf, skipIf }: PostValue, scope: Scope): boolean {
  return (onlyIf.trim() === '' || isMet(onlyIf, scope)) && !isMet(skipIf, scope);
}

function messageBody({ message, passes, encoding, contentType }: ScenarioRequest, scope: Scope): Body {
  const type =
    contentType || (encoding === 'Json' || /^\s*[[{]/.test(message.replaceAll('{{', '[')) ? JSON_TYPE : FORM);
  const pieces = fillPieces(message, scope, passes);
  const place = /json/i.test(type) ? inJson : /urlencoded/i.test(type) ? inForm : /xml/i.test(type) ? inXml : asIs;
  let text = '';
  for (const piece of pieces) text += piece.from.type === 'text' ? piece.text : place(piece.text, text);
  return { text, contentType: type };
}

/** Inside quotation marks a text's characters; outside of them a whole value. */
function inJson(value: string, before: string): string {
  const marks = before.replace(/\\./gs, '').match(/"/g)?.length ?? 0;
  if (marks % 2 === 1) return JSON.stringify(value).slice(1, -1);
  const isPlain = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(value) || /^(?:true|false|null)$/.test(value);
  return isPlain ? value : /^(?:True|False)$/.test(value) ? value.toLowerCase() : JSON.stringify(value);
}

function inForm(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function inXml(value: string): string {
  return value.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function asIs(value: string): string {
  return value;
}
