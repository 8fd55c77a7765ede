// SPDX-License-Identifier: MIT
import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { createInbox, type Msg, type NatsConnection, nanos } from '@nats-io/transport-node';

export type Scan = {
  readonly stream: string;
  /** Subject, with wildcards or without. */
  readonly filter: string;
  /** First sequence of the stream that counts. */
  readonly from: number;
  /** At most so many messages. */
  readonly limit: number;
  readonly timeoutMs: number;
};

/** What is asked for at a time: a client that takes too much at once is thrown out by the server. */
const BATCH = 1_000;
/** The server forgets a reader whose node has died after this long. */
const FORGOTTEN_MS = 10_000;
/** Status of a pull that waits for nothing: none at all, or no more than those given. */
const NOTHING_MORE = [404, 408];

/**
 * Messages of a stream that are there now, oldest first. A short-lived pull consumer, because a server of 2.9 gives
 * single messages otherwise: about a millisecond for it, and then as fast as the server can find them.
 *
 * @throws Error when the server does not answer in time
 */
export async function scan(
  { nc, jsm }: { readonly nc: NatsConnection; readonly jsm: JetStreamManager },
  { stream, filter, from, limit, timeoutMs }: Scan,
  take: (message: Msg, seq: number) => void,
): Promise<void> {
  const { name } = await jsm.consumers.add(stream, {
    filter_subject: filter,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, from),
    ack_policy: AckPolicy.None,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(FORGOTTEN_MS),
  });
  try {
    for (let left = limit; left > 0; ) {
      const batch = Math.min(left, BATCH);
      const got = await pull(nc, `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, batch, timeoutMs, take);
      if (got < batch) return;
      left -= got;
    }
  } finally {
    jsm.consumers.delete(stream, name).catch(() => {
      // The server forgets it by itself.
    });
  }
}

function pull(
  nc: NatsConnection,
  subject: string,
  batch: number,
  timeoutMs: number,
  take: (message: Msg, seq: number) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let got = 0;
    const timer = setTimeout(() => end(new Error('the server is silent')), timeoutMs);
    const end = (error?: Error) => {
      clearTimeout(timer);
      subscription.unsubscribe();
      if (error === undefined) resolve(got);
      else reject(error);
    };
    const subscription = nc.subscribe(createInbox(), {
      callback: (error, message) => {
        if (error !== null) return end(error);
        const status = message.headers?.code ?? 0;
        if (NOTHING_MORE.includes(status)) return end();
        if (status > 0) return end(new Error(`pull refused: ${status}`));
        timer.refresh();
        got += 1;
        try {
          take(message, sequences(message).stream);
        } catch (cause) {
          return end(new Error('not a message of ours', { cause }));
        }
        if (got === batch) end();
      },
    });
    nc.publish(subject, JSON.stringify({ batch, no_wait: true }), { reply: subscription.getSubject() });
  });
}

/**
 * Sequences in the stream and of the consumer, from the reply subject of a delivered message:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>`, or the longer form with domain
 * and account in front (NATS ADR-15).
 *
 * @throws Error for any other message
 */
export function sequences(message: Msg): { readonly stream: number; readonly consumer: number } {
  const tokens = (message.reply ?? '').split('.');
  const at = tokens.length >= 11 ? 7 : 5;
  const [stream, consumer] = [Number(tokens[at]), Number(tokens[at + 1])];
  if (tokens[1] !== 'ACK' || !Number.isSafeInteger(stream) || !Number.isSafeInteger(consumer)) {
    throw new Error('not a delivered message');
  }
  return { stream, consumer };
}
