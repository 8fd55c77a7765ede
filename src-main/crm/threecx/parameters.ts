// SPDX-License-Identifier: MIT
import type { TemplateView } from '../../../src-shared/crm/view.ts';
import { all, type XmlNode } from './xml.ts';

export const PARAMETER_TYPES = [
  'String',
  'Password',
  'Boolean',
  'Integer',
  'Double',
  'DateTime',
  'List',
  'OAuth',
] as const;

/** What the administrator is asked for, as the template declares it. */
export type Parameter = {
  readonly name: string;
  readonly type: (typeof PARAMETER_TYPES)[number];
  readonly title: string;
  readonly value: string;
  /** Choices with what each stands for; none for a free value. */
  readonly list: readonly string[];
  /** A heading, or the name of the Boolean this one belongs to. */
  readonly parent: string;
  readonly oauth: { readonly url: string; readonly query: string; readonly scenario: string } | null;
};

const MOST = 100;
const SECRET = /(?:(?:api|access|auth|private|secret)_?key|token|secret|pass(?:word|wd|phrase)?|pwd)$/i;
/** Also what a keychain entry of the form may be named. */
const NAME = /^[A-Za-z0-9_]{1,60}$/;

/** @throws Error for a parameter that cannot be asked for */
export function readParameters(node: XmlNode | undefined, note: (text: string) => void): readonly Parameter[] {
  const nodes = all(node, 'Parameter');
  if (nodes.length > MOST) throw new Error(`it asks for more than ${MOST} parameters`);
  const found = nodes.map(readParameter);
  for (const { attributes } of nodes) {
    if (/^sql$/i.test(attributes.Editor ?? '')) note(`${attributes.Name}: an editor for SQL`);
  }
  const twice = found.find((one, index) => found.findIndex(({ name }) => name === one.name) !== index);
  if (twice !== undefined) throw new Error(`the parameter ${twice.name} is there twice`);
  return found;
}

function readParameter({ attributes }: XmlNode): Parameter {
  const { Name: name = '', Title = '', Default = '', Parent = '', ListValues = '' } = attributes;
  if (!NAME.test(name)) throw new Error(`a parameter cannot be named "${name.slice(0, 60)}"`);
  const type = PARAMETER_TYPES.find((one) => one.toLowerCase() === (attributes.Type ?? 'String').toLowerCase());
  if (type === undefined) throw new Error(`the parameter ${name} is of the unknown type "${attributes.Type}"`);
  return {
    name,
    type,
    title: Title.replace(/:\s*$/, '').trim() || name,
    value: Default,
    list: ListValues.split(/[,;|]/)
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .slice(0, MOST),
    parent: Parent,
    oauth:
      type === 'OAuth'
        ? {
            url: attributes.RequestUrl ?? '',
            query: attributes.RequestUrlParameters ?? '',
            scenario: attributes.ResponseScenario ?? '',
          }
        : null,
  };
}

/** Passwords, and what templates ask for as plain text although it is one. */
export function isSecret({ type, name }: Pick<Parameter, 'type' | 'name'>): boolean {
  return type === 'Password' || (type === 'String' && SECRET.test(name));
}

/** Whether people may write variables into it. */
export function isText(parameter: Parameter): boolean {
  return parameter.type === 'String' && !isSecret(parameter);
}

/** What each parameter is: as typed, else the template's default. */
export function parameterValues(
  parameters: readonly Parameter[],
  typed: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    parameters
      .filter(({ type }) => type !== 'OAuth')
      .map((one) => {
        const given = isSecret(one) ? secrets[one.name] : typed[one.name];
        const value = typeof given === 'string' ? given : one.value;
        return [one.name, one.type === 'Boolean' ? truth(value) : value];
      }),
  );
}

function truth(text: string): string {
  return /^(?:true|1)$/i.test(text.trim()) ? 'True' : 'False';
}

/** The form of the settings. A token that comes from signing in is asked of nobody. */
export function viewParameters(parameters: readonly Parameter[]): TemplateView['parameters'] {
  return parameters
    .filter(({ type }) => type !== 'OAuth')
    .map((one) => ({
      name: one.name,
      title: one.title,
      type: viewType(one),
      values: one.list,
      value: one.type === 'Boolean' ? truth(one.value) : one.value,
      group: parameters.find(({ name }) => name === one.parent)?.title ?? one.parent,
    }));
}

function viewType(parameter: Parameter): TemplateView['parameters'][number]['type'] {
  const { type, list } = parameter;
  if (isSecret(parameter)) return 'password';
  if (type === 'Boolean') return 'boolean';
  if (list.length > 0) return 'list';
  return type === 'Integer' || type === 'Double' ? 'number' : 'text';
}
