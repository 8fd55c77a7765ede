// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { hideInLogs } from '../src-shared/redaction.ts';
import { createRelayLog, sparing } from './log.ts';

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

it('says once in ten seconds what strangers cause, with how often they did', () => {
  const lines: string[] = [];
  let now = 0;
  const warn = sparing(
    createRelayLog('info', (line) => lines.push(line)),
    () => now,
  );
  for (let i = 0; i < 500; i++) warn('refused', { why: 'forged' });
  warn('other');
  now = 10_000;
  warn('refused');
  expect(lines.map((line) => JSON.parse(line)).map(({ msg, count }) => [msg, count])).toEqual([
    ['refused', 1],
    ['other', 1],
    ['refused', 500],
  ]);
});
