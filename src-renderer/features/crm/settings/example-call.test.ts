// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { DEFAULT_TEXTS } from '../../../../src-shared/journal/texts.ts';
import { previewOf, type TextName } from './example-call.ts';

const about = {
  agent: { extension: '104', name: 'Ana Ruiz', email: '' },
  offsetMinutes: 60,
  outcome: 'Sale',
  note: '',
};

test.each(['en', 'es'] as const)('each default text of %s reads as a sentence about the example', (language) => {
  const texts = DEFAULT_TEXTS[language];
  for (const name of Object.keys(texts) as TextName[]) {
    const line = previewOf(name, texts, about);
    expect(line).toContain('+34911222333');
    expect(line).not.toMatch(/[[\]]/);
  }
});

test('a text is shown with the agent, the account’s own clock and the outcome', () => {
  const texts = { ...DEFAULT_TEXTS.en, answeredInbound: '[DateTime] [Agent] [Name] [Disposition] [Duration]' };
  expect(previewOf('answeredInbound', texts, about)).toBe('2026-11-20 09:14 104 Clara Ibáñez Sale 00:01:53');
});
