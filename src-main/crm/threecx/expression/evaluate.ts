// SPDX-License-Identifier: MIT
import { callFunction, callMethod } from './methods.ts';
import { ExpressionError, LimitError, type Node, parseExpression, parseText } from './parse.ts';
import { isTrue, numberOf, textOf, type Value } from './value.ts';

/** Where variables come from. */
export type Scope = {
  /** '' for what is not there. */
  value(name: string): Value;
  /**
   * The text of a parameter that people may write variables into, null for anything else: what a caller or the CRM
   * says is never read as an expression.
   */
  text(name: string): string | null;
};

type Run = { readonly scope: Scope; readonly expandsAll: boolean; readonly depth: number; steps: number };

const MOST_STEPS = 20_000;
const MOST_CHARACTERS = 200_000;
const MOST_EXPANSIONS = 2;

/**
 * A text with its expressions worked out.
 *
 * @param passes as a template says: from 1 on, parameters named once are read as texts with expressions too
 * @throws ExpressionError
 */
export function fillText(text: string, scope: Scope, passes = 0): string {
  return textOf(evaluate(parseText(text), start(scope, passes)));
}

/** The same in pieces: what stands in the template itself, and what was worked out. @throws ExpressionError */
export function fillPieces(
  text: string,
  scope: Scope,
  passes = 0,
): readonly { readonly text: string; readonly from: Node }[] {
  const node = parseText(text);
  const run = start(scope, passes);
  return (node.type === 'join' ? node.parts : [node]).map((from) => ({ text: textOf(evaluate(from, run)), from }));
}

/** A condition; an empty one is false. @throws ExpressionError */
export function isMet(condition: string, scope: Scope): boolean {
  return condition.trim() !== '' && isTrue(evaluate(parseExpression(condition), start(scope, 0)));
}

function start(scope: Scope, passes: number): Run {
  return { scope, expandsAll: passes >= 1, depth: 0, steps: 0 };
}

function evaluate(node: Node, run: Run): Value {
  run.steps += 1;
  if (run.steps > MOST_STEPS) throw new LimitError('too much to work out');
  switch (node.type) {
    case 'text':
      return node.text;
    case 'variable':
      return run.expandsAll ? expanded(node.name, run) : run.scope.value(node.name);
    case 'expand':
      return expanded(node.name, run);
    case 'join':
      return limited(node.parts.map((part) => textOf(evaluate(part, run))).join(''));
    case 'method':
      return callMethod(
        evaluate(node.on, run),
        node.name,
        node.args.map((arg) => evaluate(arg, run)),
      );
    case 'call': {
      const [condition, yes, no] = node.args;
      if (node.name !== 'IIf')
        return callFunction(
          node.name,
          node.args.map((arg) => evaluate(arg, run)),
        );
      if (condition === undefined || yes === undefined || no === undefined) {
        throw new ExpressionError('IIf needs three arguments');
      }
      return evaluate(isTrue(evaluate(condition, run)) ? yes : no, run);
    }
    case 'binary':
      return binary(node.operator, evaluate(node.left, run), () => evaluate(node.right, run));
  }
}

/** A parameter's text with its own variables; where a person wrote a bracket that is none, the text as it is. */
function expanded(name: string, run: Run): Value {
  const text = run.depth < MOST_EXPANSIONS ? run.scope.text(name) : null;
  if (text === null || !/[[{^]/.test(text)) return run.scope.value(name);
  const inner: Run = { ...run, depth: run.depth + 1 };
  try {
    return evaluate(parseText(text), inner);
  } catch (error) {
    if (error instanceof ExpressionError && !(error instanceof LimitError)) return text;
    throw error;
  } finally {
    run.steps = inner.steps;
  }
}

function binary(operator: string, left: Value, right: () => Value): Value {
  if (operator === '||') return isTrue(left) || isTrue(right());
  if (operator === '&&') return isTrue(left) && isTrue(right());
  const other = right();
  if (operator === '+') return plus(left, other);
  if (operator === '==') return isEqual(left, other);
  if (operator === '!=') return !isEqual(left, other);
  const order = compare(left, other);
  if (operator === '<') return order < 0;
  if (operator === '>') return order > 0;
  return operator === '<=' ? order <= 0 : order >= 0;
}

/** Numbers are added, everything else is put together. */
function plus(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  return limited(textOf(left) + textOf(right));
}

function isEqual(left: Value, right: Value): boolean {
  const [a, b] = [textOf(left), textOf(right)];
  const isTruth = (text: string) => /^(?:true|false)$/i.test(text);
  return a === b || (isTruth(a) && isTruth(b) && a.toLowerCase() === b.toLowerCase());
}

function compare(left: Value, right: Value): number {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== null && b !== null) return a - b;
  const [x, y] = [textOf(left), textOf(right)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function limited(text: string): string {
  if (text.length > MOST_CHARACTERS) throw new LimitError('a text grows too long');
  return text;
}
