// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Params } from './signature.ts';
import { serializeParams, signRequest, verifyNotification } from './signature.ts';

const SECRET = 'appsecret_test_0001';

// megacall-api.md section 1.7
const REQUESTS: readonly [id: string, path: string, params: Params, query: string, signature: string][] = [
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
    { version: 2, start: '2026-05-01 00:00:00', end: '2026-05-31 23:59:59', skip: 0, limit: 1000 },
    'end=2026-05-31+23%3A59%3A59&limit=1000&skip=0&start=2026-05-01+00%3A00%3A00&version=2',
    'MmRiMWVhNWNhODYwNzI3NjhjYjRiODZmZWQ5ZTY3OTczNmMwNWJiMA==',
  ],
  [
    'A4',
    '/v1/request/callback/',
    { to: '+34912345678', from: 100, sip: 100 },
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
    { pbx_call_id: 'in_0123456789abcdef0123456789abcdef01234567', call_id: '', lifetime: 5184000 },
    'call_id=&lifetime=5184000&pbx_call_id=in_0123456789abcdef0123456789abcdef01234567',
    'N2Q1Y2E3YzE2ZTM1NmVhOTkxMGQ1OGZmMmJhOGZlY2EzMTk5MTQzZA==',
  ],
  [
    'A8',
    '/v1/pbx/internal/recording/',
    { id: 100, status: 'on_store', email: 'ana.b+rec@example.com,luis@example.com' },
    'email=ana.b%2Brec%40example.com%2Cluis%40example.com&id=100&status=on_store',
    'ZDI0NTIyYmU3Nzk1OTY4YjU2ZTc1ZWFhMjJmNGMxMzQ2ZWJiMWZiMw==',
  ],
  ['A9', '/v1/tariff', {}, '', 'YWJlMWEwYjU3NmMyZTVkMjhhNzdkNGE1NDc5ODkyZjFiOWNhMTFmNQ=='],
];

describe('request signature', () => {
  it.each(REQUESTS)('vector %s', (_id, path, params, query, signature) => {
    expect(serializeParams(params)).toBe(query);
    expect(signRequest(SECRET, path, params)).toBe(signature);
  });

  it('is the Base64 of forty hex characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.webPath(),
        fc.dictionary(fc.string(), fc.string()),
        (s, path, p) => {
          expect(atob(signRequest(s, path, p))).toMatch(/^[0-9a-f]{40}$/);
        },
      ),
    );
  });
});

describe('serialised parameters', () => {
  it('follows the table of section 1.2', () => {
    const value = " +aZ09-_.~*!()':@,/ñ€😀\n\t";
    expect(serializeParams({ k: value })).toBe(
      'k=+%2BaZ09-_.%7E%2A%21%28%29%27%3A%40%2C%2F%C3%B1%E2%82%AC%F0%9F%98%80%0A%09',
    );
    expect(serializeParams({ e: '', n: null, u: undefined, t: true, f: false, a: [], o: {} })).toBe('e=&f=0&t=1');
    expect(serializeParams({ c: { name: 'x y', phones: [{ 'a b': 1 }, null, 'z'] } })).toBe(
      'c%5Bname%5D=x+y&c%5Bphones%5D%5B0%5D%5Ba+b%5D=1&c%5Bphones%5D%5B2%5D=z',
    );
  });

  it('sorts the top level by bytes and numeric names by value, and leaves nested keys as given', () => {
    expect(serializeParams({ a: 1, _: 2, Z: 3, B: 4 })).toBe('B=4&Z=3&_=2&a=1');
    expect(serializeParams({ 10: 1, 9: 2, B: 3, a: 4, _: 5, '08': 6, '1.5': 7 })).toBe(
      '1.5=7&08=6&9=2&10=1&B=3&_=5&a=4',
    );
    expect(serializeParams({ '\u{1F600}': 1, '￿': 2 })).toBe('%EF%BF%BF=2&%F0%9F%98%80=1');
    expect(serializeParams({ x: { b: 1, a: 2 } })).toBe('x%5Bb%5D=1&x%5Ba%5D=2');
  });

  it('writes fractions as PHP does', () => {
    expect(serializeParams({ a: 1.5, b: 1e21, c: 0.1 + 0.2, d: 1e-7, e: 0.0001, f: -2.25e-9 })).toBe(
      'a=1.5&b=1.0E%2B21&c=0.3&d=1.0E-7&e=0.0001&f=-2.25E-9',
    );
  });

  it('reads back as what was given, whatever the text and the order', () => {
    // A letter first: numeric names that are equal ("1" and "01") keep the order they were given in, as in PHP.
    const name = fc.string({ unit: 'grapheme' }).map((rest) => `k${rest}`);
    const entries = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme' })), { selector: ([key]) => key });
    fc.assert(
      fc.property(entries, (pairs) => {
        const query = serializeParams(Object.fromEntries(pairs));
        expect(query).toMatch(/^[A-Za-z0-9\-_.+%=&]*$/);
        expect(Object.fromEntries(new URLSearchParams(query))).toEqual(Object.fromEntries(pairs));
        expect(serializeParams(Object.fromEntries(pairs.toReversed()))).toBe(query);
      }),
    );
  });
});

// megacall-api.md section 3.3
const START = '2026-05-14 09:30:05';
const NOTIFICATIONS: readonly [id: string, fields: Record<string, string>, signature: string][] = [
  [
    'W1',
    { event: 'NOTIFY_START', caller_id: '+34600111222', called_did: '+34912345678', call_start: START },
    'ZjZjMTYzZTA4YTljZDdmZjQ1ZWUwYjkwMTllZTE1MDliYzFkZDUyOQ==',
  ],
  [
    'W2',
    { event: 'NOTIFY_INTERNAL', caller_id: '+34600111222', called_did: '34912345678', call_start: START },
    'NjY2ODFhYTBhNDRmNjRhZGE2MjU3YzQxZDkzOWMxNzIwYzQ0MmY5OQ==',
  ],
  [
    'W3',
    { event: 'NOTIFY_ANSWER', caller_id: '+34600111222', destination: '101', call_start: START },
    'MjQwMjk5YzNkZTg2NThhMDNmNTUzNDhlMjE4YjM2ODk3NDBmNjYyNw==',
  ],
  [
    'W4',
    { event: 'NOTIFY_END', caller_id: '+34600111222', called_did: '+34912345678', call_start: START },
    'ZjZjMTYzZTA4YTljZDdmZjQ1ZWUwYjkwMTllZTE1MDliYzFkZDUyOQ==',
  ],
  [
    'W5',
    { event: 'NOTIFY_OUT_START', internal: '100', destination: '34600111333', call_start: START },
    'NWY1YWVlYzY2MjdmMDY3MmQxODZjZTAyNGQxMTFmNDNlZGExZDE1Yg==',
  ],
  [
    'W7',
    {
      event: 'NOTIFY_RECORD',
      pbx_call_id: 'out_fedcba9876543210fedcba9876543210fedcba98',
      call_id_with_rec: '1778743805.123456',
    },
    'NGU1YTA1NWM3MmM2ZTEwZGRiZWE2NDMyNTZmYjdlYjZjMTY0YjE4NQ==',
  ],
];

describe('notification signature', () => {
  it.each(NOTIFICATIONS)('vector %s', (_id, fields, signature) => {
    expect(verifyNotification(SECRET, fields, signature)).toBe(true);
    expect(verifyNotification(SECRET, { ...fields, event: (fields.event ?? '').toLowerCase() }, signature)).toBe(true);
    expect(verifyNotification('appsecret_test_0002', fields, signature)).toBe(false);
  });

  it('takes W5 for its end, W1 for the undocumented end of ringing, and a missing extension as empty', () => {
    const [start, , , , out] = NOTIFICATIONS;
    expect(verifyNotification(SECRET, { ...out?.[1], event: 'NOTIFY_OUT_END' }, out?.[2])).toBe(true);
    expect(verifyNotification(SECRET, { ...start?.[1], event: 'NOTIFY_INTERNAL_END' }, start?.[2])).toBe(true);
    expect(
      verifyNotification(
        SECRET,
        { event: 'NOTIFY_OUT_END', destination: `100${out?.[1].destination}`, call_start: START },
        out?.[2],
      ),
    ).toBe(true);
  });

  it('refuses the raw-bytes variants, a missing header, an empty secret and unknown events', () => {
    const raw = {
      W1: '9sFj4Iqc1/9F7guQGe4VCbwd1Sk=',
      W3: 'JAKZw96GWKA/VTSOIYs2iXQPZic=',
      W7: 'TloFXHLG4Q3b6mQyVvt+tsFksYU=',
    };
    for (const [id, fields, signature] of NOTIFICATIONS) {
      if (id in raw) expect(verifyNotification(SECRET, fields, raw[id as keyof typeof raw])).toBe(false);
      for (const missing of [undefined, null, '', ' ']) expect(verifyNotification(SECRET, fields, missing)).toBe(false);
      expect(verifyNotification('', fields, signature)).toBe(false);
      expect(verifyNotification(SECRET, { ...fields, event: 'SPEECH_RECOGNITION' }, signature)).toBe(false);
      const { event: _event, ...nameless } = fields;
      expect(verifyNotification(SECRET, nameless, signature)).toBe(false);
    }
  });

  it('refuses any change to the signature', () => {
    fc.assert(
      fc.property(fc.nat({ max: 55 }), fc.string({ minLength: 1, maxLength: 2 }), (at, text) => {
        for (const [, fields, signature] of NOTIFICATIONS) {
          const changed = signature.slice(0, at) + text + signature.slice(at + 1);
          expect(verifyNotification(SECRET, fields, changed)).toBe(changed === signature);
        }
      }),
    );
  });

  it('is over the raw result text of SMS, NUMBER_LOOKUP and CALL_TRACKING', () => {
    // Computed with openssl: printf '%s' "$result" | openssl dgst -sha1 -hmac "$secret" | base64 of the hex text.
    const result = '{"caller_did":"34912345678","caller_id":"+34600111222","text":"Hola ñ"}';
    const signature = 'ZGJjYmNjYzU2OTNlMDE1NTg1YWVmNGM3ZjlmMTE2YWNhZDc1ZDNiNw==';
    for (const event of ['SMS', 'NUMBER_LOOKUP', 'call_tracking']) {
      expect(verifyNotification(SECRET, { event, result }, signature)).toBe(true);
      expect(verifyNotification(SECRET, { event, result: `${result} ` }, signature)).toBe(false);
    }
  });
});
