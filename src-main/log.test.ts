// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createLog, hideInLogs, redact } from './log.ts';

test('a registered secret never reaches a line, at any level', () => {
  hideInLogs('s3cr3t-value');
  expect(redact('key=s3cr3t-value!', false)).toBe('key=[secret]!');
});

test('telephone numbers keep their last two digits', () => {
  expect(redact('call from +34 600 11 12 22 ended', true)).toBe('call from +…22 ended');
  expect(redact('extension 101, 62 s', true)).toBe('extension 101, 62 s');
});

test('no run of seven digits survives redaction', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^\d{7,20}$/), (around, number) => {
      expect(redact(`${around} ${number} ${around}`, true)).not.toContain(number);
    }),
  );
});

test('a large log makes room at the next start', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'megadial-log-')), 'main.log');
  writeFileSync(file, 'x'.repeat(5_000_001));
  createLog({ level: 'info', destination: file }).info('new');
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('new'));
  expect(readFileSync(`${file}.1`, 'utf8')).toHaveLength(5_000_001);
});

test('what is written to the file is redacted, fields and errors too', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'megadial-log-')), 'main.log');
  const log = createLog({ level: 'info', destination: file });
  log.info('ringing', { from: '+34600111222', ms: 1234567, failure: new Error('no route to 34600111222') });
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('ringing'));
  const line = readFileSync(file, 'utf8');
  expect(line).not.toContain('600111222');
  expect(line).toContain('"ms":1234567');
});
