// SPDX-License-Identifier: MIT
import type { TemplateView } from '../../../src-shared/crm/view.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { OPERATIONS, scenariosOf } from './operations.ts';
import { viewParameters } from './parameters.ts';
import { type CheckedTemplate, checkTemplate } from './read.ts';

/** What a template asks for, can do, and wants in vain, before it is set up. @throws AppError `crm.template` */
export function viewTemplate(xml: string): TemplateView {
  const template = openTemplate(xml);
  return {
    name: template.name,
    version: template.version,
    parameters: viewParameters(template.parameters),
    signIn: template.oauth !== null,
    operations: OPERATIONS.filter((operation) => scenariosOf(template, operation).length > 0),
    unsupported: template.unsupported,
  };
}

/** @throws AppError `crm.template` */
export function openTemplate(xml: string): CheckedTemplate {
  try {
    return checkTemplate(xml);
  } catch (cause) {
    throw new AppError('crm.template', { reason: cause instanceof Error ? cause.message : '' }, { cause });
  }
}
