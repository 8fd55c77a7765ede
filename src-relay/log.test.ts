// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { hideInLogs } from '../src-shared/redaction.ts';
import { createRelayLog } from './log.ts';

it('writes one JSON object a line, without secrets and without whole numbers, at every level', () => {
  const lines: string[] = [];
  const log = createRelayLog('debug', (line) => lines.push(line));
  hideInLogs('hook-7f3a9c');
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    log[level]('from +34 600 111 222', { path: '/hook/hook-7f3a9c', count: 1234567, error: new Error('34600111222') });
  }
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({ msg: 'from +…22', path: '/hook/[secret]', count: 1234567 });
    expect(line).not.toContain('600111222');
  }
});

it('leaves out what is below its level', () => {
  const lines: string[] = [];
  const log = createRelayLog('warn', (line) => lines.push(line));
  log.info('one');
  log.warn('two');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['two']);
});
