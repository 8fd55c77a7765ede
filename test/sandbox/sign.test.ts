// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { canonical, parseForm, requestSignature, webhookSignature } from './sign.ts';

const SECRET = 'appsecret_test_0001';

/** megacall-api.md section 1.7. */
const REQUESTS: [id: string, path: string, params: Record<string, string>, canonicalText: string, signature: string][] =
  [
    ['A1', '/v1/info/balance/', {}, '', 'NjFmZjVkYmUyYTJmZmU0ZGU5OGVjZTE5ZWNkOWE2MDI4MDA5MDE0Mg=='],
    [
      'A2',
      '/v1/info/balance/',
      { format: 'json' },
      'format=json',
      'NGY0M2YyZWRiOGEzNjY5ZDBkZmNlNDFiM2FjOGNmOWNkNjJjZDdmYg==',
    ],
    [
      'A3',
      '/v1/statistics/pbx/',
      { version: '2', start: '2026-05-01 00:00:00', end: '2026-05-31 23:59:59', skip: '0', limit: '1000' },
      'end=2026-05-31+23%3A59%3A59&limit=1000&skip=0&start=2026-05-01+00%3A00%3A00&version=2',
      'MmRiMWVhNWNhODYwNzI3NjhjYjRiODZmZWQ5ZTY3OTczNmMwNWJiMA==',
    ],
    [
      'A4',
      '/v1/request/callback/',
      { to: '+34912345678', from: '100', sip: '100' },
      'from=100&sip=100&to=%2B34912345678',
      'MzJmZDQ0NjY5Zjg4ZTdkYjE5YzgxMTQzMDVkZjEzMDI0MDVjMTVhMg==',
    ],
    [
      'A5',
      '/v1/sms/send/',
      { number: '34600111222', message: 'Mañana a las 9:30: 50% + IVA = 12€ & «ok»', language: 'es' },
      'language=es&message=Ma%C3%B1ana+a+las+9%3A30%3A+50%25+%2B+IVA+%3D+12%E2%82%AC+%26+%C2%ABok%C2%BB&number=34600111222',
      'OWMwYzU1ZGY5YmEzYTVmZDgwNTE4MjY3ODIwYjNmZGFlMDI2NTgxYg==',
    ],
    [
      'A7',
      '/v1/pbx/record/request/',
      { pbx_call_id: 'in_0123456789abcdef0123456789abcdef01234567', call_id: '', lifetime: '5184000' },
      'call_id=&lifetime=5184000&pbx_call_id=in_0123456789abcdef0123456789abcdef01234567',
      'N2Q1Y2E3YzE2ZTM1NmVhOTkxMGQ1OGZmMmJhOGZlY2EzMTk5MTQzZA==',
    ],
    [
      'A8',
      '/v1/pbx/internal/recording/',
      { id: '100', status: 'on_store', email: 'ana.b+rec@example.com,luis@example.com' },
      'email=ana.b%2Brec%40example.com%2Cluis%40example.com&id=100&status=on_store',
      'ZDI0NTIyYmU3Nzk1OTY4YjU2ZTc1ZWFhMjJmNGMxMzQ2ZWJiMWZiMw==',
    ],
    ['A9', '/v1/tariff', {}, '', 'YWJlMWEwYjU3NmMyZTVkMjhhNzdkNGE1NDc5ODkyZjFiOWNhMTFmNQ=='],
  ];

const CALL = { caller_id: '+34600111222', called_did: '+34912345678', call_start: '2026-05-14 09:30:05' };

/** megacall-api.md section 3.3. */
const WEBHOOKS: [id: string, event: string, fields: Record<string, string>, signature: string][] = [
  ['W1', 'NOTIFY_START', CALL, 'ZjZjMTYzZTA4YTljZDdmZjQ1ZWUwYjkwMTllZTE1MDliYzFkZDUyOQ=='],
  [
    'W2',
    'NOTIFY_INTERNAL',
    { ...CALL, called_did: '34912345678' },
    'NjY2ODFhYTBhNDRmNjRhZGE2MjU3YzQxZDkzOWMxNzIwYzQ0MmY5OQ==',
  ],
  ['W3', 'NOTIFY_ANSWER', { ...CALL, destination: '101' }, 'MjQwMjk5YzNkZTg2NThhMDNmNTUzNDhlMjE4YjM2ODk3NDBmNjYyNw=='],
  ['W4', 'NOTIFY_END', CALL, 'ZjZjMTYzZTA4YTljZDdmZjQ1ZWUwYjkwMTllZTE1MDliYzFkZDUyOQ=='],
  [
    'W5',
    'NOTIFY_OUT_START',
    { internal: '100', destination: '34600111333', call_start: '2026-05-14 09:30:05' },
    'NWY1YWVlYzY2MjdmMDY3MmQxODZjZTAyNGQxMTFmNDNlZGExZDE1Yg==',
  ],
  [
    'W7',
    'NOTIFY_RECORD',
    { pbx_call_id: 'out_fedcba9876543210fedcba9876543210fedcba98', call_id_with_rec: '1778743805.123456' },
    'NGU1YTA1NWM3MmM2ZTEwZGRiZWE2NDMyNTZmYjdlYjZjMTY0YjE4NQ==',
  ],
];

describe('request signatures', () => {
  it.each(REQUESTS)('agrees with vector %s', (_id, path, params, text, signature) => {
    expect(canonical(Object.entries(params))).toBe(text);
    expect(requestSignature(SECRET, path, Object.entries(params))).toBe(signature);
  });

  it('reads a query back to the same canonical text, whatever its order and spelling of a space', () => {
    const text = 'version=2&start=2026-05-01%2000%3A00%3A00&end=2026-05-31+23:59:59&skip=0&limit=1000';
    expect(canonical(parseForm(text))).toBe(REQUESTS[2]?.[3]);
  });

  it('sorts top-level keys by bytes and keeps the order of nested ones', () => {
    const pairs = parseForm('a[z]=1&a[b]=2&_=3&Z=4&B=5&n[]=6&n[]=7');
    expect(canonical(pairs)).toBe('B=5&Z=4&_=3&a%5Bz%5D=1&a%5Bb%5D=2&n%5B0%5D=6&n%5B1%5D=7');
  });
});

describe('webhook signatures', () => {
  it.each(WEBHOOKS)('agrees with vector %s', (_id, event, fields, signature) => {
    expect(webhookSignature(SECRET, event, fields)).toBe(signature);
  });

  it('signs the raw result of the other events, and nothing where a field is missing', () => {
    expect(webhookSignature(SECRET, 'SMS', { result: '{"text":"a"}' })).not.toBe(webhookSignature(SECRET, 'SMS', {}));
    expect(webhookSignature(SECRET, 'NOTIFY_OUT_START', { destination: '1', call_start: '2' })).toBe(
      webhookSignature(SECRET, 'NOTIFY_OUT_START', { internal: '', destination: '1', call_start: '2' }),
    );
  });
});
