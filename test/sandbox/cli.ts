// SPDX-License-Identifier: MIT
import { parseArgs } from 'node:util';
import { startSandbox } from './index.ts';

/**
 * `node test/sandbox/cli.ts [--port N] [--webhook-url URL [--webhook-url EVENTS_URL]] [--variant text|numbers] [--no-sip]`
 * Prints one line of JSON with addresses and keys; stops on SIGINT, SIGTERM or the end of standard input.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'webhook-url': { type: 'string', multiple: true, default: [] },
    variant: { type: 'string', default: 'text' },
    'no-sip': { type: 'boolean', default: false },
  },
});
const [webhookUrl, eventsUrl] = values['webhook-url'];

const sandbox = await startSandbox({
  port: Number(values.port),
  variant: values.variant === 'numbers' ? 'numbers' : 'text',
  sip: !values['no-sip'],
  ...(webhookUrl === undefined ? {} : { webhookUrl }),
  ...(eventsUrl === undefined ? {} : { eventsUrl }),
});
let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await sandbox.stop();
  process.exit(0);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
// A terminal stays open; a pipe ends with the program that holds it.
if (!process.stdin.isTTY) process.stdin.on('end', stop).resume();

// Last: who reads the line may stop us at once.
const { url, controlUrl, account, sip } = sandbox;
console.log(JSON.stringify({ url, controlUrl, sip, account }));
