// SPDX-License-Identifier: MIT
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, parseConfig, type RelayConfig, relayConfigSchema } from './config.ts';

export const PREFIX = 'MEGADIAL_RELAY_';

export type LoadedConfig = {
  readonly config: RelayConfig;
  /** Sentences for the log: what works, and should not stay so. */
  readonly warnings: readonly string[];
};

type Env = Readonly<Record<string, string | undefined>>;
type Tree = { [key: string]: unknown };

/**
 * The configuration from a JSON file (null: none) and the environment, which goes before it. Keys that end in `File`
 * beside a key of that name are read from there, without the line's end.
 *
 * @throws ConfigError with a sentence for each wrong key
 */
export function loadConfig(path: string | null, env: Env): LoadedConfig {
  const warnings: string[] = [];
  const tree = path === null ? {} : readTree(path, warnings);
  applyEnv(tree, env);
  const config = parseConfig(tree);
  return { config: readSecrets(config, warnings), warnings };
}

function readTree(path: string, warnings: string[]): Tree {
  const text = readText(path, 'the configuration');
  warnIfReadable(path, warnings);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    // The engine's own words repeat what stands there, which may be a secret.
    throw new ConfigError([`${path}: is no JSON${placeOf(cause)}`]);
  }
  if (!isTree(parsed)) throw new ConfigError([`${path}: must hold a JSON object`]);
  return parsed;
}

function placeOf(cause: unknown): string {
  const place = /line \d+ column \d+/.exec(cause instanceof Error ? cause.message : '');
  return place === null ? '' : ` (${place[0]})`;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(path: string, key: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new ConfigError([`${key}: ${path} cannot be read (${code})`]);
  }
}

/** Windows has no such bits; there the folder's rights count. */
function warnIfReadable(path: string, warnings: string[]): void {
  if (process.platform === 'win32') return;
  if ((statSync(path).mode & 0o007) !== 0) warnings.push(`${path} is open to every user of this machine: chmod 640`);
}

type Leaf = { readonly path: readonly string[]; readonly type: string };

/** Every key of the configuration with its JSON type; `0` stands for a place in a list of objects. */
export function configKeys(): readonly Leaf[] {
  return leavesOf(z.toJSONSchema(relayConfigSchema, { io: 'input' }), []);
}

type Shape = { type?: string; properties?: Record<string, unknown>; items?: unknown };

function leavesOf(schema: unknown, path: readonly string[]): readonly Leaf[] {
  const { type, properties, items } = schema as Shape;
  if (properties) return Object.entries(properties).flatMap(([key, value]) => leavesOf(value, [...path, key]));
  if (type === 'array' && (items as Shape).properties) return leavesOf(items, [...path, '0']);
  return [{ path, type: type ?? 'string' }];
}

/** `listen.port` is MEGADIAL_RELAY_LISTEN_PORT, `tenants.0.apiKey` is MEGADIAL_RELAY_TENANTS_0_API_KEY. */
export function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_');
}

function applyEnv(tree: Tree, env: Env): void {
  const known = new Map(configKeys().map((leaf) => [variableOf(leaf.path), leaf]));
  const problems: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined) continue;
    const index = /^MEGADIAL_RELAY_TENANTS_(\d{1,4})_/.exec(name)?.[1];
    const leaf = known.get(name.replace(/_TENANTS_\d+_/, '_TENANTS_0_'));
    if (leaf === undefined) problems.push(`${name}: no such key`);
    else put(tree, index === undefined ? leaf.path : ['tenants', index, ...leaf.path.slice(2)], typedValue(text, leaf));
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** The text as the key's type has it; what does not fit stays text, so that the check names key and reason. */
function typedValue(text: string, { type }: Leaf): unknown {
  if (type === 'array') return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (/^(integer|number)$/.test(type) && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return text;
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  let at: Tree = tree;
  for (const [depth, key] of path.slice(0, -1).entries()) {
    at[key] ??= /^\d+$/.test(path[depth + 1] ?? '') ? [] : {};
    const next = at[key];
    if (typeof next !== 'object' || next === null) return; // the check will say what is wrong with the file
    at = next as Tree;
  }
  at[path.at(-1) ?? ''] = value;
}

/** A copy with every secret that stands in a file of its own. */
function readSecrets(config: RelayConfig, warnings: string[]): RelayConfig {
  const copy = structuredClone(config);
  const known = new Set(configKeys().map(({ path }) => path.join('.')));
  const visit = (node: unknown, path: readonly string[]): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      const target = key.replace(/File$/, '');
      const isSecret = target !== key && known.has([...path, target].join('.').replace(/\.\d+\./, '.0.'));
      if (!isSecret || typeof value !== 'string') visit(value, [...path, key]);
      else {
        const name = [...path, key].join('.');
        (node as Tree)[target] = readText(resolve(value), name).trimEnd();
        warnIfReadable(value, warnings);
      }
    }
  };
  visit(copy, []);
  return parseConfig(copy);
}
