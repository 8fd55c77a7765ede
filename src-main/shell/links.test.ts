// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { autostartEntry } from './autostart.ts';
import { createEmitter } from './emitter.ts';
import { externalUrl } from './external.ts';
import { isLink, linkIn } from './link-argv.ts';
import { notificationText } from './notification-text.ts';
import { parseSwitches } from './switches.ts';

test('a telephone link is found among switches', () => {
  expect(linkIn(['--allow-file-access', '--hidden', 'tel:+34912345678'])).toBe('tel:+34912345678');
  expect(linkIn(['SIP:100@pbx.example;user=phone'])).toBe('SIP:100@pbx.example;user=phone');
  expect(linkIn(['--x=tel:123', 'https://x.example/tel:1', 'file.txt'])).toBe(null);
  expect(linkIn([])).toBe(null);
});

test('links that are too long, empty or carry control characters are none', () => {
  expect(isLink(`tel:${'1'.repeat(496)}`)).toBe(true);
  expect(isLink(`tel:${'1'.repeat(497)}`)).toBe(false);
  expect(isLink('tel:')).toBe(false);
  expect(isLink('tel:1\n2')).toBe(false);
  expect(isLink('tel:1\u0000')).toBe(false);
});

test('only our own switches are read, last one wins', () => {
  expect(
    parseSwitches(['.', '--provision=/a b/x.json', '--hidden', '--user-data-dir=/x', '--inspect=1', 'hidden']),
  ).toEqual({ provision: '/a b/x.json', hidden: 'true' });
  expect(parseSwitches(['--provision=a', '--provision=b=c'])).toEqual({ provision: 'b=c' });
  expect(parseSwitches(['--__proto__=1', '--Hidden'])).toEqual({});
});

test('web and mail links go out in normal form, all others are refused', () => {
  expect(externalUrl('https://crm.example/a b')).toBe('https://crm.example/a%20b');
  expect(externalUrl('mailto:a@b.example')).toBe('mailto:a@b.example');
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'smb://x/y', 'ms-msdt:x', 'C:\\x.exe', '', 'x']) {
    expect(() => externalUrl(url)).toThrow(new AppError('link.refused'));
  }
  fc.assert(
    fc.property(fc.webUrl(), (url) => {
      expect(externalUrl(url)).toBe(new URL(url).href);
    }),
  );
});

test('a link that comes before anybody listens is kept, other events are not', () => {
  const events = createEmitter<{ link: string; other: string }>(['link']);
  const heard: string[] = [];
  events.emit('link', 'first');
  events.emit('other', 'lost');
  const stop = events.on('link', (payload) => heard.push(payload));
  events.on('other', (payload) => heard.push(payload));
  events.emit('link', 'second');
  stop();
  events.emit('link', 'third');
  events.on('link', (payload) => heard.push(`late ${payload}`));
  expect(heard).toEqual(['first', 'second', 'late third']);
});

test('a name in a notification is never markup', () => {
  expect(notificationText('<img onerror=x>\u0007 & co', 'linux')).toBe('‹img onerror=x›  & co');
  expect(notificationText('a < b', 'win32')).toBe('a < b');
  expect(notificationText('x'.repeat(1000), 'linux').length).toBe(300);
});

test('the autostart entry survives any path', () => {
  expect(autostartEntry(['/opt/Mega dial/app', '--hidden'])).toContain('\nExec="/opt/Mega dial/app" "--hidden"\n');
  expect(autostartEntry(['/a"b`c$d\\e%f'])).toContain('Exec="/a\\\\"b\\\\`c\\\\$d\\\\\\\\e%%f"');
});
