// SPDX-License-Identifier: MIT
import { parseArgs } from 'node:util';
import { runTenants } from './cli.ts';
import { ConfigError, type RelayConfig } from './config.ts';
import { loadConfig } from './config-load.ts';
import { createRelayLog } from './log.ts';
import { startRelay } from './relay.ts';

const USAGE = `Usage: node src-relay/main.ts [COMMAND] [--config FILE]

  (none)                              run the relay
  check                               check the configuration
  health                              ask the running relay whether it is well
  tenants list
  tenants add ID [--api-key-file FILE --api-secret-file FILE] [--api-base-url URL]
  tenants pair ID EXTENSION [agent|supervisor|admin] [NAME]
  tenants revoke ID [--erase]
`;

/** As sysexits.h: what systemd should not try again. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;
/** After a signal: whoever takes longer is cut off. */
const LAST_MOMENT_MS = 10_000;

/** Runs the relay until it is told to stop. */
async function run(config: RelayConfig, warnings: readonly string[]): Promise<void> {
  const log = createRelayLog(config.log.level);
  for (const warning of warnings) log.warn(warning);
  const end = (code: number): never => process.exit(code);
  process.on('uncaughtException', (error) => {
    log.error('a fault nobody expected: the relay ends', { error });
    end(1);
  });
  const relay = await startRelay(config, { log });
  log.info('ready', { url: relay.url, ops: relay.opsUrl });

  process.on('SIGHUP', () => relay.reload());
  let isEnding = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isEnding) end(1);
    isEnding = true;
    log.info('ending', { signal });
    setTimeout(() => end(1), LAST_MOMENT_MS).unref();
    relay.close().then(
      () => end(0),
      (error: unknown) => {
        log.error('not closed well', { error });
        end(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function isWell({ ops }: RelayConfig): Promise<boolean> {
  const host = ops.host === '0.0.0.0' ? '127.0.0.1' : ops.host === '::' ? '[::1]' : ops.host;
  const headers = ops.token === undefined ? {} : { authorization: `Bearer ${ops.token}` };
  try {
    const reply = await fetch(`http://${host}:${ops.port}/health`, { headers, signal: AbortSignal.timeout(4_000) });
    process.stdout.write(await reply.text());
    return reply.ok;
  } catch {
    process.stdout.write('not reachable\n');
    return false;
  }
}

async function main(): Promise<number | null> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      erase: { type: 'boolean', default: false },
      'api-key-file': { type: 'string' },
      'api-secret-file': { type: 'string' },
      'api-base-url': { type: 'string' },
    },
  });
  const { config, warnings } = loadConfig(values.config ?? null, process.env);
  const [command, ...rest] = positionals;
  if (command === undefined) {
    await run(config, warnings);
    return null;
  }
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  if (command === 'check') return 0;
  if (command === 'health') return (await isWell(config)) ? 0 : 1;
  if (command === 'tenants') return runTenants(config, rest, values);
  process.stderr.write(USAGE);
  return EXIT_USAGE;
}

try {
  const code = await main();
  if (code !== null) process.exit(code);
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(
    isUsage ? `${error.message}\n\n${USAGE}` : `${error instanceof Error ? error.message : error}\n`,
  );
  process.exit(isUsage ? EXIT_USAGE : error instanceof ConfigError ? EXIT_CONFIG : 1);
}
