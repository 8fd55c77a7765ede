// SPDX-License-Identifier: MIT
/**
 * Templates of an own CRM's definition: `{{name}}`, `{{name|filter}}`, `{{/json/pointer}}`. There is no logic and no
 * script in them; whoever fills one in says where the text goes, and escapes for that place.
 */
export type TemplateValues = Readonly<Record<string, unknown>>;

const PLACE = /\{\{\s*([^{}|]{1,200}?)\s*((?:\|\s*[a-z]{1,20}\s*){0,5})\}\}/g;

const FILTERS: Readonly<Record<string, (text: string) => string>> = {
  digits: (text) => text.replace(/\D/g, ''),
  trim: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  /** For the pattern of SQL's LIKE. */
  like: (text) => text.replace(/[\\%_]/g, '\\$&'),
  base: (text) => Buffer.from(text, 'utf8').toString('base64'),
  xml: (text) => text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`),
  html: (text) => text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`).replaceAll('\n', '<br>'),
};

export const FILTER_NAMES = Object.keys(FILTERS);

/** The template filled in; each value goes through `encode` last. A value that is not there is ''. */
export function fill(template: string, values: TemplateValues, encode: (text: string) => string = same): string {
  return template.replace(PLACE, (_, name: string, filters: string) =>
    encode(filtered(textOf(at(values, name)), filters)),
  );
}

const IF = '$if';

/** A part with `$if` is there only when the value it names is. */
function isWanted(part: unknown, values: TemplateValues): boolean {
  const name = at(part, `/${IF}`);
  if (typeof name !== 'string') return true;
  const value = at(values, name);
  return value !== undefined && value !== null && value !== '' && value !== false;
}

/**
 * JSON with templates in its strings, filled in. A string that is one place and nothing else takes the value as it is,
 * so that numbers and null stay what they are; `{{name|number}}` makes a number of a text.
 */
export function fillJson(shape: unknown, values: TemplateValues): unknown {
  if (typeof shape === 'string') {
    const whole = /^\{\{\s*([^{}|]{1,200}?)\s*(\|\s*number\s*)?\}\}$/.exec(shape);
    if (whole === null) return fill(shape, values);
    if (whole[2] !== undefined) return Number(textOf(at(values, whole[1] ?? '')));
    const value = at(values, whole[1] ?? '');
    return value === undefined ? '' : value;
  }
  if (Array.isArray(shape)) return shape.filter((one) => isWanted(one, values)).map((one) => fillJson(one, values));
  if (typeof shape !== 'object' || shape === null) return shape;
  const wanted = Object.entries(shape).filter(([name, value]) => name !== IF && isWanted(value, values));
  return Object.fromEntries(wanted.map(([name, value]) => [fill(name, values), fillJson(value, values)]));
}

/** What a template needs: names and filters that do not exist are shown beside it in the settings. */
export function placesOf(template: string): readonly { readonly name: string; readonly filters: readonly string[] }[] {
  return [...template.matchAll(PLACE)].map((match) => ({
    name: match[1] ?? '',
    filters: (match[2] ?? '')
      .split('|')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  }));
}

/**
 * The value at a path: `a.b.0`, or `/a/b.c/0` (JSON Pointer) where names have dots in them; '' is the whole. Undefined
 * for what is not there; never reaches into prototypes.
 */
export function at(value: unknown, path: string): unknown {
  if (path === '' || path === '/') return value;
  const names = path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    : path.split('.');
  let here = value;
  for (const name of names) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

/** A value as text: what is no text, number or truth value is ''. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function filtered(text: string, filters: string): string {
  return filters
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .reduce((value, name) => FILTERS[name]?.(value) ?? value, text);
}

function same(text: string): string {
  return text;
}
