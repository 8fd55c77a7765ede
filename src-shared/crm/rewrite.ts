// SPDX-License-Identifier: MIT
/**
 * Caller-id rewriting as 3CX users know it (crm-connectors.md section 1.5): rules in order, the first whose pattern is
 * the whole number wins. A pattern is digits and `+`, with groups: `(.)` any one character, `(123)` those digits, and
 * `(.*)` anything, at the end only. A replacement is digits and `+` with `\1` to `\9` for the groups.
 */
export type RewriteRule = { readonly pattern: string; readonly replacement: string };

const LONGEST = 100;
const PATTERN = /^(?:[\d+*#]|\((?:[\d+*#]|\.(?!\*))+\))*(?:\(\.\*\))?$/;
const REPLACEMENT = /^(?:[\d+*#]|\\[1-9])*$/;

/** Why a rule cannot be used, or null: shown beside it in the settings. */
export function ruleProblem(rule: RewriteRule): 'pattern' | 'replacement' | 'group' | null {
  if (rule.pattern === '' || rule.pattern.length > LONGEST || !PATTERN.test(rule.pattern)) return 'pattern';
  if (rule.replacement.length > LONGEST || !REPLACEMENT.test(rule.replacement)) return 'replacement';
  const groups = rule.pattern.split('(').length - 1;
  const used = [...rule.replacement.matchAll(/\\([1-9])/g)].map((match) => Number(match[1]));
  return groups > 9 || used.some((group) => group > groups) ? 'group' : null;
}

/** The number after the first rule that matches it, or as it is. Rules that cannot be used are passed over. */
export function rewrite(number: string, rules: readonly RewriteRule[]): string {
  for (const rule of rules) {
    if (ruleProblem(rule) !== null) continue;
    const groups = compiled(rule.pattern).exec(number);
    if (groups === null) continue;
    return rule.replacement.replace(/\\([1-9])/g, (_, group: string) => groups[Number(group)] ?? '');
  }
  return number;
}

/** Only what `PATTERN` lets through comes here: one quantifier, at the end, so that matching takes linear time. */
function compiled(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replace(/\(\.\*\)$/, '\u0000')
      .replace(/[+*#]/g, '\\$&')
      .replace('\u0000', '(.*)')}$`,
    's',
  );
}
