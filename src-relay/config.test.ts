// SPDX-License-Identifier: MIT
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';
import { configKeys, loadConfig, variableOf } from './config-load.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  chmodSync(path, mode);
  return path;
}

/** The sentences of a configuration that is refused. */
function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const TENANT = { id: 'acme', urlSecret: 'hook-secret-0001' };

describe('defaults', () => {
  it('needs nothing at all, and then is open to this machine only', () => {
    const config = parseConfig({});
    expect([config.listen.host, config.ops.host]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect([config.retentionDays, config.answerBudgetMs]).toEqual([7, 800]);
    expect(config.sources).toEqual(['185.45.152.40/30']);
  });
});

describe('what is wrong', () => {
  it.each([
    [{ listen: { port: 'x' } }, /^listen\.port: expected number/],
    [{ listen: { port: 70_000 } }, /^listen\.port: /],
    [{ limits: { maxConections: 1 } }, /^limits: no such key: maxConections$/],
    [{ sources: ['185.45.152.40/40'] }, /^sources\.0: must be an address or a network/],
    [{ trustedProxies: ['proxy'] }, /^trustedProxies\.0: must be an address/],
    [{ tenants: [{ ...TENANT, id: 'A b' }] }, /^tenants\.0\.id: must be 1 to 40 of/],
    [{ tenants: [{ ...TENANT, urlSecret: 'short' }] }, /^tenants\.0\.urlSecret: must be 16 to 100/],
    [{ tenants: [TENANT, TENANT] }, /^tenants: twice the same id: acme$/],
    [{ ops: { host: '0.0.0.0' } }, /^ops\.host: .*ops\.token/],
    [{ tls: { certFile: 'a' } }, /^tls\.keyFile: /],
    [{ publicUrl: 'ftp://x' }, /^publicUrl: must be an http or https address/],
    [{ marketplace: { hashOf: '{userId}{secret}' } }, /^marketplace\.hashOf: /],
    [{ marketplace: { bearer: '{userId}' } }, /^marketplace\.bearer: /],
    [[], /^the configuration: /],
  ])('is said with the key: %j', (input, sentence) => {
    const problems = problemsOf(() => parseConfig(input));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
  });

  it('never repeats a value, which may be a secret', () => {
    const secret = 'tooshort-secret';
    expect(problemsOf(() => parseConfig({ tenants: [{ id: 'a', urlSecret: secret }] })).join()).not.toContain(secret);
    const path = write('relay.json', `{"tenants":[{"id":"a","apiSecret":"${secret}}]}`);
    const said = problemsOf(() => loadConfig(path, {}));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/relay\.json: is no JSON/);
    expect(said[0]).not.toContain(secret);
  });

  it('is a ConfigError whatever JSON the file holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parseConfig(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe('environment', () => {
  it('goes before the file, with each type of key', () => {
    const path = write('relay.json', { listen: { port: 1 }, tenants: [TENANT] });
    const { config, warnings } = loadConfig(path, {
      MEGADIAL_RELAY_LISTEN_PORT: '8443',
      MEGADIAL_RELAY_TRUSTED_PROXIES: '10.0.0.0/8, 192.168.0.1',
      MEGADIAL_RELAY_MARKETPLACE_CHECK_SIGNATURE: 'true',
      MEGADIAL_RELAY_STORE_NATS_SERVERS: 'nats://a:4222,nats://b:4222',
      MEGADIAL_RELAY_TENANTS_0_API_KEY: '00123',
      MEGADIAL_RELAY_TENANTS_1_ID: 'other',
      OTHER: 'x',
    });
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8443 });
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', '192.168.0.1']);
    expect(config.marketplace.checkSignature).toBe(true);
    expect(config.store.natsServers).toEqual(['nats://a:4222', 'nats://b:4222']);
    expect(config.tenants.map(({ id, urlSecret, apiKey }) => [id, urlSecret, apiKey])).toEqual([
      ['acme', 'hook-secret-0001', '00123'],
      ['other', undefined, undefined],
    ]);
    expect(warnings).toEqual([]);
  });

  it('has a variable of its own for every key', () => {
    const names = configKeys().map(({ path }) => variableOf(path));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('MEGADIAL_RELAY_TENANTS_0_URL_SECRET_FILE');
  });

  it.each([
    [{ MEGADIAL_RELAY_LISTEN_PROT: '1' }, /^MEGADIAL_RELAY_LISTEN_PROT: no such key$/],
    [{ MEGADIAL_RELAY_LISTEN_PORT: 'many' }, /^listen\.port: expected number/],
    [{ MEGADIAL_RELAY_LISTEN_PORT: '' }, /^listen\.port: /],
    [{ MEGADIAL_RELAY_MARKETPLACE_CHECK_SIGNATURE: 'yes' }, /^marketplace\.checkSignature: /],
  ])('is checked like the file: %j', (env, sentence) => {
    expect(problemsOf(() => loadConfig(null, env))[0]).toMatch(sentence);
  });

  it('cannot hide a file that is wrong', () => {
    const path = write('relay.json', { listen: 5 });
    expect(problemsOf(() => loadConfig(path, { MEGADIAL_RELAY_LISTEN_PORT: '1' }))[0]).toMatch(/^listen: /);
  });
});

describe('secrets', () => {
  it('come from files of their own, without the line end', () => {
    const path = write('relay.json', {
      tenants: [{ id: 'acme', urlSecretFile: write('url', 'hook-secret-0001\n'), apiSecretFile: write('s', 's1\n') }],
      ops: { tokenFile: write('t', 'ops-token-0123456789\n') },
    });
    const { config, warnings } = loadConfig(path, {});
    expect(config.tenants[0]).toMatchObject({ urlSecret: 'hook-secret-0001', apiSecret: 's1' });
    expect(config.ops.token).toBe('ops-token-0123456789');
    expect(warnings).toEqual([]);
  });

  it('are checked when they come from a file, and a missing file is named with its key', () => {
    const short = { tenants: [{ id: 'acme', urlSecretFile: write('url', 'short') }] };
    expect(problemsOf(() => loadConfig(write('relay.json', short), {}))[0]).toMatch(/^tenants\.0\.urlSecret: /);
    const missing = { ops: { tokenFile: join(folder, 'none') } };
    expect(problemsOf(() => loadConfig(write('relay.json', missing), {}))[0]).toMatch(
      /^ops\.tokenFile: .*none cannot be read \(ENOENT\)$/,
    );
  });

  it('in files open to everybody are warned of', () => {
    const secret = write('s', 's1', 0o644);
    const path = write('relay.json', { tenants: [{ ...TENANT, apiSecretFile: secret }] }, 0o604);
    const { warnings } = loadConfig(path, {});
    expect(warnings).toEqual([
      expect.stringMatching(/relay\.json is open to every user/),
      expect.stringMatching(/\/s is open to every user/),
    ]);
  });
});
