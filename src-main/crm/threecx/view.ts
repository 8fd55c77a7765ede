// SPDX-License-Identifier: MIT
import type { TemplateView } from '../../../src-shared/crm/view.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { readParameters, viewParameters } from './parameters.ts';
import { all, first, readXml, type XmlNode } from './xml.ts';

/** What a template asks for and can do, before it is set up. @throws AppError `crm.template` */
export function viewTemplate(xml: string): TemplateView {
  try {
    return view(readXml(xml));
  } catch (cause) {
    throw new AppError('crm.template', { reason: cause instanceof Error ? cause.message : '' }, { cause });
  }
}

function view(root: XmlNode): TemplateView {
  if (root.name !== 'Crm') throw new Error('its first element is not <Crm>');
  const parameters = readParameters(first(root, 'Parameters'));
  const scenarios = all(first(root, 'Scenarios'), 'Scenario');
  const named = scenarios.map(({ attributes }) => ({ id: attributes.Id ?? '', type: attributes.Type ?? 'REST' }));
  return {
    name: root.attributes.Name ?? '',
    version: root.attributes.Version ?? '',
    parameters: viewParameters(parameters),
    signIn: parameters.some(({ type }) => type === 'OAuth'),
    operations: named.filter(({ type }) => type === 'REST').map(({ id }) => id || 'lookup'),
    unsupported: named.filter(({ type }) => type !== 'REST').map(({ id, type }) => `${id || 'lookup'}: ${type}`),
  };
}
