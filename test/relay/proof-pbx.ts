// SPDX-License-Identifier: MIT
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProofCall } from './proof-calls.ts';
import { ACME } from './relay-process.ts';

const LANES = 48;
const GIVE_UP_MS = 90_000;

/**
 * The PBX of the proofs: calls side by side, the notifications of one call after the other. What is not answered with
 * 200 is sent again, to the next node, until it is.
 *
 * @param urls the nodes that are up
 * @param onSent how many notifications have been acknowledged
 */
export async function sendCalls(
  calls: Iterable<ProofCall>,
  urls: () => readonly string[],
  onSent: (sent: number) => void,
): Promise<{ sent: number; tries: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });
  const queue = calls[Symbol.iterator]();
  let sent = 0;
  let tries = 0;

  const lane = async (number: number): Promise<void> => {
    let node = number;
    for (let next = queue.next(); !next.done; next = queue.next()) {
      for (const one of next.value.bodies) {
        const end = Date.now() + GIVE_UP_MS;
        for (;;) {
          const all = urls();
          tries += 1;
          if ((await post(agent, all[node % Math.max(1, all.length)], one)) === 200) break;
          if (Date.now() > end) throw new Error(`a notification was not taken in ${GIVE_UP_MS} ms`);
          node += 1;
          await sleep(20);
        }
        sent += 1;
        onSent(sent);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  } finally {
    agent.destroy();
  }
  return { sent, tries };
}

/** The status, or 0 when there was no answer. */
function post(agent: Agent, url: string | undefined, one: ProofCall['bodies'][number]): Promise<number> {
  if (url === undefined) return Promise.resolve(0);
  return new Promise((resolve) => {
    const posted = request(
      `${url}/hook/${ACME.urlSecret}`,
      {
        method: 'POST',
        agent,
        timeout: 10_000,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': one.body.length,
          Signature: one.signature,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      },
    );
    posted.on('timeout', () => posted.destroy());
    posted.on('error', () => resolve(0));
    posted.end(one.body);
  });
}
