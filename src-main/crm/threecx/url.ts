// SPDX-License-Identifier: MIT
import { CrmError } from '../api.ts';
import { fillPieces, type Scope } from './expression/evaluate.ts';
import { type Node, parseText } from './expression/parse.ts';

/** Scheme, host and the first character after them: from there on nothing can change where a request goes. */
const ORIGIN = /^https?:\/\/[^/?#\\\s]+[/?#]/i;

/**
 * A request's address. Up to the path only what the person set up or the sign-in said counts, whatever a caller, a
 * record or a reply is called; after it each value is escaped for its place and cannot leave it.
 *
 * @param all every variable
 * @param trusted parameters and what the sign-in has published
 * @throws CrmError `refused` for a value that cannot stand in an address; ExpressionError
 */
export function buildUrl(template: string, all: Scope, trusted: Scope): string {
  const safe = fillPieces(template, trusted);
  let url = '';
  fillPieces(template, all).forEach(({ text, from }, index) => {
    if (from.type === 'text') url += from.text;
    else if (!ORIGIN.test(url)) url += safe[index]?.text ?? '';
    else url += escaped(url, text, from, isParameter(from, all));
  });
  const path = url.replace(ORIGIN, '/').replace(/[?#].*$/s, '');
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) throw unfit();
  return url;
}

/** Where a template's requests and links lead, as far as that is known before a reply: null when it is not. */
export function originOf(template: string, trusted: Scope): URL | null {
  const text = fillPieces(template, trusted)
    .map((piece) => piece.text)
    .join('');
  return URL.canParse(text) && ORIGIN.test(`${text}/`) ? new URL(text) : null;
}

/** The variables that decide where an address leads, in a template as it is written. */
export function originVariables(template: string): readonly string[] {
  const node = parseText(template);
  const names: string[] = [];
  let seen = '';
  for (const part of node.type === 'join' ? node.parts : [node]) {
    if (part.type !== 'text') names.push(...variablesIn(part));
    seen += part.type === 'text' ? part.text : 'x';
    // One variable may be the whole beginning, host and all: what follows a slash is behind it.
    if (ORIGIN.test(seen) || /^x:\/\/[^/?#]+[/?#]/.test(seen) || /^x(?!:\/\/).*[/?#]/s.test(seen)) break;
  }
  return names;
}

export function variablesIn(node: Node): readonly string[] {
  switch (node.type) {
    case 'text':
      return [];
    case 'variable':
    case 'expand':
      return [node.name];
    case 'join':
      return node.parts.flatMap(variablesIn);
    case 'call':
      return node.args.flatMap(variablesIn);
    case 'method':
      return [node.on, ...node.args].flatMap(variablesIn);
    case 'binary':
      return [node.left, node.right].flatMap(variablesIn);
  }
}

function escaped(before: string, text: string, from: Node, isOwn: boolean): string {
  const isPath = !/[?#]/.test(before);
  if (isPath && isOwn) return text;
  // Templates that escape by themselves (`Replace("+","%2B")`) mean what they write.
  const isReady = /%[0-9A-Fa-f]{2}/.test(literals(from));
  const parts = isReady ? text.split(/(%[0-9A-Fa-f]{2})/) : [text];
  return parts.map((part, index) => (index % 2 === 1 ? part : encode(part))).join('');
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw unfit(); // half a character
  }
}

function isParameter(node: Node, all: Scope): boolean {
  return (node.type === 'variable' || node.type === 'expand') && all.text(node.name) !== null;
}

function literals(node: Node): string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'method':
      return node.args.map(literals).join(' ');
    case 'call':
      return node.args.map(literals).join(' ');
    case 'binary':
      return `${literals(node.left)} ${literals(node.right)}`;
    default:
      return '';
  }
}

function unfit(): CrmError {
  return new CrmError('refused', 'this text cannot stand in an address');
}
