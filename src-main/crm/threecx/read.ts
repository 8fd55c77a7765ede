// SPDX-License-Identifier: MIT
import { lintTemplate } from './lint.ts';
import { oauthOf, type TemplateOAuth } from './oauth.ts';
import { OPERATIONS, scenariosOf } from './operations.ts';
import { readTemplate, type Template } from './template.ts';

/** A template that was looked through: it does something, ends, and what it cannot do is known. */
export type CheckedTemplate = Template & { readonly oauth: TemplateOAuth | null };

/** @throws Error with a sentence on why it cannot be used */
export function checkTemplate(xml: string): CheckedTemplate {
  const read = readTemplate(xml);
  const template = { ...read, ...lintTemplate(read) };
  if (OPERATIONS.every((operation) => scenariosOf(template, operation).length === 0)) {
    const why = template.unsupported.slice(0, 3).join('; ');
    throw new Error(`there is nothing in it that Megadial could do${why === '' ? '' : ` (${why})`}`);
  }
  const more: string[] = [];
  const oauth = oauthOf(template, (text) => more.push(text));
  return { ...template, oauth, unsupported: [...template.unsupported, ...more] };
}
