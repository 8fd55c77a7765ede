// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DISPOSITIONS } from '../../src-shared/calls/model.ts';
import { ERROR_CODES } from '../../src-shared/errors.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { screens } from './screens.ts';

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

const languages = { en: flatten({ ...en, ...screens.en }), es: flatten({ ...es, ...screens.es }) };

describe('languages', () => {
  test('have the same keys', () => {
    expect([...languages.es.keys()].sort()).toEqual([...languages.en.keys()].sort());
  });

  test('a word of a screen that is loaded later is none of the first ones', () => {
    for (const part of Object.keys(screens.en)) expect(Object.keys(en)).not.toContain(part);
  });

  test('use the same placeholders in each sentence', () => {
    for (const [key, text] of languages.en) {
      expect(placeholders(languages.es.get(key) ?? ''), key).toEqual(placeholders(text));
    }
  });

  test.each(['en', 'es'] as const)('%s has no empty sentence and no stray bracket', (language) => {
    for (const [key, text] of languages[language]) {
      expect(text.trim(), key).not.toBe('');
      expect(text.replaceAll(/\{\{\w+\}\}/g, ''), key).not.toMatch(/[{}]/);
    }
  });

  test.each(['en', 'es'] as const)('%s explains every error code with what to do next', (language) => {
    for (const code of ERROR_CODES) {
      const text = languages[language].get(`errors.${code}`);
      expect(text, code).toBeDefined();
      // What happened, then what to do: two sentences; the empty field needs only the second.
      const sentences = text?.match(/[.;](\s|$)/g)?.length ?? 0;
      expect(sentences, code).toBeGreaterThanOrEqual(code === 'dial.empty' ? 1 : 2);
    }
  });

  test('a word exists for every disposition', () => {
    for (const disposition of DISPOSITIONS) expect(languages.en.has(`disposition.${disposition}`)).toBe(true);
  });

  test('Spanish stays within what the layout gives: labels of call controls are at most 14 characters', () => {
    for (const key of ['answer', 'decline', 'hangUp', 'mute', 'unmute', 'hold', 'resume', 'keypad', 'openCard']) {
      for (const language of Object.values(languages)) {
        expect(language.get(`call.${key}`)?.length ?? 99, key).toBeLessThanOrEqual(14);
      }
    }
  });

  test('every result of the connection doctor has its advice', () => {
    const table = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    const rows = [...table.matchAll(/^\| (`[a-z]+`|every one) +\| `([a-z-]+)`/gm)];
    expect(rows.length).toBeGreaterThan(50);
    for (const [, id = '', advice = ''] of rows) {
      const key = `doctor.${id === 'every one' ? 'any' : id.replaceAll('`', '')}.${advice}`;
      for (const language of Object.values(languages)) expect(language.has(key), key).toBe(true);
    }
  });

  test('the doctor explains every failure with what to do next', () => {
    const table = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    for (const [, id = '', advice = ''] of table.matchAll(/^\| `([a-z]+)` +\| `([a-z-]+)` +\| failed/gm)) {
      for (const language of Object.values(languages)) {
        const text = language.get(`doctor.${id}.${advice}`) ?? '';
        expect(text.match(/[.;:?](\s|$)/g)?.length ?? 0, `${id}.${advice}`).toBeGreaterThanOrEqual(2);
      }
    }
  });
});
