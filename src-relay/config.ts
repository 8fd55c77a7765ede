// SPDX-License-Identifier: MIT
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/**
 * Everything a relay can be told, with its defaults. docs/relay.md has a row for each key; a test compares the two.
 * Secrets stand in the file or, as `<key>File`, in a file of their own (`config-load.ts`).
 */

/** Networks the PBX sends from (megacall-api.md section 3.1). */
export const PBX_NETWORKS = ['185.45.152.40/30'];

const network = z.string().refine((text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text), {
  error: 'must be an address or a network such as 185.45.152.40/30',
});
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const port = z.int().min(0).max(65_535);
const file = z.string().min(1);
/** Ids stand in keys of the store and in the names of NATS subjects. */
export const tenantId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: 'must be 1 to 40 of a-z, 0-9 and -',
});
/** Long enough that nobody finds it by trying. */
const pathSecret = z.string().regex(/^[A-Za-z0-9_-]{16,100}$/, {
  error: 'must be 16 to 100 of A-Z, a-z, 0-9, _ and -',
});

const tenant = z.strictObject({
  id: tenantId,
  urlSecret: pathSecret.optional(),
  urlSecretFile: file.optional(),
  apiBaseUrl: url.default('https://api.zadarma.com'),
  apiKey: z.string().optional(),
  apiKeyFile: file.optional(),
  apiSecret: z.string().optional(),
  apiSecretFile: file.optional(),
  offsetMinutes: z.int().min(-840).max(840).optional(),
});

const listen = z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: port.default(8090) });

const tls = z.strictObject({ certFile: file, keyFile: file });

const store = z.strictObject({
  sqlite: file.default('relay.db'),
  natsServers: z.array(z.string().min(1)).default([]),
  natsReplicas: z.int().min(1).max(5).default(1),
  natsToken: z.string().optional(),
  natsTokenFile: file.optional(),
  natsUser: z.string().optional(),
  natsPassword: z.string().optional(),
  natsPasswordFile: file.optional(),
  natsCredentialsFile: file.optional(),
  natsCaFile: file.optional(),
  natsCertFile: file.optional(),
  natsKeyFile: file.optional(),
  natsPrefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, { error: 'must be 1 to 40 of A-Z, a-z, 0-9, _ and -' })
    .optional(),
});

const limits = z.strictObject({
  maxConnections: z.int().min(10).max(1_000_000).default(20_000),
  unfinishedPerAddress: z.int().min(1).default(50),
  unverifiedPerMinute: z.int().min(0).default(60),
  minFreeDiskMb: z.int().min(0).default(200),
});

const ops = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(9464),
  token: z.string().min(16).optional(),
  tokenFile: file.optional(),
  socket: z.string().optional(),
});

const names = z.strictObject({ allowPrivate: z.boolean().default(false), caFile: file.optional() });

const marketplace = z.strictObject({
  activationSecret: pathSecret.optional(),
  activationSecretFile: file.optional(),
  userIdField: z.string().min(1).default('userId'),
  hashField: z.string().min(1).default('hash'),
  hashOf: z.string().default(''),
  hashSecret: z.string().optional(),
  hashSecretFile: file.optional(),
  bearer: z.string().includes('{userId}').includes('{hash}').default('{userId}{hash}'),
  keyField: z.string().min(1).default('key'),
  secretField: z.string().min(1).default('secret'),
  numberField: z.string().min(1).default('number'),
  checkSignature: z.boolean().default(false),
  apiBaseUrl: url.default('https://api.zadarma.com'),
  sources: z.array(network).default(['0.0.0.0/0', '::/0']),
});

export const relayConfigSchema = z.strictObject({
  listen: listen.prefault({}),
  publicUrl: url.optional(),
  tls: tls.optional(),
  trustedProxies: z.array(network).default([]),
  sources: z.array(network).default(PBX_NETWORKS),
  store: store.prefault({}),
  retentionDays: z.number().min(0.01).max(365).default(7),
  answerBudgetMs: z.int().min(50).max(5_000).default(800),
  limits: limits.prefault({}),
  names: names.prefault({}),
  ops: ops.prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  tenants: z.array(tenant).max(10_000).default([]),
  marketplace: marketplace.prefault({}),
});

export type RelayConfig = z.output<typeof relayConfigSchema>;
export type RelayConfigInput = z.input<typeof relayConfigSchema>;
export type TenantConfig = RelayConfig['tenants'][number];
export type MarketplaceConfig = RelayConfig['marketplace'];

/** Something in the configuration is wrong: a line for each, with the key's path. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError
 */
export function parseConfig(input: RelayConfigInput | unknown): RelayConfig {
  const result = relayConfigSchema.safeParse(input);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${pathOf(issue.path)}: ${sentenceOf(issue)}`));
  }
  const problems = contradictions(result.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return result.data;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the configuration' : path.map(String).join('.');
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `no such key: ${issue.keys.join(', ')}`;
  return issue.message.replace(/^Invalid input: /, '');
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** What no single key shows. */
function contradictions(config: RelayConfig): string[] {
  const problems: string[] = [];
  if (!LOOPBACK.has(config.ops.host) && config.ops.token === undefined && config.ops.tokenFile === undefined) {
    problems.push('ops.host: others than this machine may ask only with ops.token or ops.tokenFile');
  }
  const ids = config.tenants.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) problems.push(`tenants: twice the same id: ${[...new Set(twice)].join(', ')}`);
  const { hashOf, hashSecret, hashSecretFile } = config.marketplace;
  if (hashOf.includes('{secret}') && hashSecret === undefined && hashSecretFile === undefined) {
    problems.push('marketplace.hashOf: {secret} needs marketplace.hashSecret or marketplace.hashSecretFile');
  }
  return problems;
}
