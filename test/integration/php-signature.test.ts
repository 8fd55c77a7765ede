// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Params, ParamValue } from '../../src-shared/megacall/signature.ts';
import { serializeParams, signRequest } from '../../src-shared/megacall/signature.ts';

/** The algorithm of megacall-api.md section 1.1 in PHP itself, on one line of JSON per request. */
const SCRIPT = `
while (($line = fgets(STDIN)) !== false) {
  $params = json_decode($line, true, 64, JSON_THROW_ON_ERROR);
  ksort($params);
  $query = http_build_query($params, '', '&', PHP_QUERY_RFC1738);
  $sign = base64_encode(hash_hmac('sha1', '/v1/x/' . $query . md5($query), 'secret'));
  echo json_encode([$query, $sign], JSON_THROW_ON_ERROR), "\\n";
}`;

// Texts in any script, and plenty of the characters on which encoders differ.
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...` +%&=[]~*!()'-_.:@,/\\"#?ñ€\n\t0a`), maxLength: 12 }),
);
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.\- ]{0,8}$/),
  fc.string({ unit: 'grapheme', maxLength: 6 }).map((rest) => `k${rest}`),
);
const fraction = fc.tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -12, max: 12 }));
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  fraction.map(([digits, power]) => Number(`${digits}e${power}`)).filter((value) => !Number.isInteger(value)),
);
const { value } = fc.letrec<{ value: ParamValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
}));
// Whole numbers as names sort by value, before names that start with a letter.
const key = fc.oneof({ weight: 4, arbitrary: name }, { weight: 1, arbitrary: fc.nat().map(String) });
const params = fc.dictionary(key, value, { maxKeys: 20 });

describe('signature beside PHP', () => {
  it('is the same for thousands of random requests', () => {
    const requests: Params[] = fc.sample(params, { numRuns: 5000 });
    const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
    const php = spawnSync('php', ['-n', '-d', 'precision=14', '-r', SCRIPT], {
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(php.stderr).toBe('');
    const answers = php.stdout.trimEnd().split('\n');
    expect(answers).toHaveLength(requests.length);
    for (const [index, request] of requests.entries()) {
      expect([serializeParams(request), signRequest('secret', '/v1/x/', request)]).toEqual(
        JSON.parse(answers[index] ?? ''),
      );
    }
  });
});
