// SPDX-License-Identifier: MIT
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { createInbox, type Msg, type MsgHdrs, nanos, type Subscription } from '@nats-io/transport-node';
import type { IngressLog } from '../ingress.ts';
import { ID } from './jetstream-entry.ts';
import type { Link } from './jetstream-link.ts';
import { sequences } from './jetstream-scan.ts';

type Options = {
  readonly link: Link;
  readonly stream: string;
  /** Last sequence that is known already. */
  readonly after: number;
  readonly take: (message: Msg, seq: number) => void;
  readonly log: Pick<IngressLog, 'warn'>;
};

const HEARTBEAT_MS = 1_000;
/** Three heartbeats missed: the consumer is gone, or the way to it. */
const SILENCE_MS = 3_500;
const RETRY_MS = 250;
/**
 * A server that says so long that it has less than was heard has lost the rest. One that has just begun to lead its
 * cluster says so for a moment although nothing is lost.
 */
const BELIEVED_MS = 3_000;

/**
 * Hears of every message of a stream in its order, none twice and none left out: one push consumer for the node, which
 * is made anew after the last message seen whenever one is missing or the server falls silent.
 *
 * Why not the library's ordered consumer: after a restart of the server it waits for two heartbeats of 30 s.
 */
export async function followStream({ link, stream, after, take, log }: Options): Promise<{ stop(): void }> {
  const { nc, jsm } = link;
  let last = after;
  /** The id of the message that had it; '' while that is not known. */
  let lastId = '';
  /** When the stream was made. */
  let created: string | null = null;
  let lowSince: number | null = null;
  let delivered = 0;
  let heardAt = performance.now();
  let subscription: Subscription | null = null;
  let isStopped = false;
  let isStarting = false;
  let isWanted = false;

  function receive(message: Msg): void {
    heardAt = performance.now();
    const status = message.headers?.code ?? 0;
    if (status === 100) control(message);
    else if (status > 0) again('consumer refused');
    else next(message, sequences(message));
  }

  function next(message: Msg, { stream: seq, consumer }: ReturnType<typeof sequences>): void {
    if (consumer === delivered + 1) {
      delivered = consumer;
      if (seq <= last) return;
      last = seq;
      lastId = idOf(message.headers);
      take(message, seq);
    } else again('message missing');
  }

  /** Flow control wants an answer; a heartbeat names the last message sent, and whom to wake if the flow got stuck. */
  function control(message: Msg): void {
    if (message.reply) {
      message.respond();
      return;
    }
    const stalled = message.headers?.get('Nats-Consumer-Stalled');
    if (stalled) nc.publish(stalled);
    if (Number(message.headers?.get('Nats-Last-Consumer') ?? 0) > delivered) again('message missing');
  }

  async function start(): Promise<void> {
    subscription?.unsubscribe();
    delivered = 0;
    heardAt = performance.now();
    await compare();
    const own = nc.subscribe(createInbox(), {
      callback: (error, message) => {
        // Anything thrown here would end the whole connection.
        try {
          if (error === null && own === subscription) receive(message);
        } catch (cause) {
          log.warn('a message that is not ours in the log of events', { cause });
        }
      },
    });
    subscription = own;
    await jsm.consumers.add(stream, {
      deliver_subject: own.getSubject(),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: last + 1,
      ack_policy: AckPolicy.None,
      flow_control: true,
      idle_heartbeat: nanos(HEARTBEAT_MS),
      mem_storage: true,
      num_replicas: 1,
    });
  }

  /**
   * A server can come back with a new stream, or with an older state of it: then sequences end lower, or stand for other
   * messages. When the stream was made says nothing by itself: servers of a cluster do not agree on it at all times.
   */
  async function compare(): Promise<void> {
    const { created: found, state } = await jsm.streams.info(stream).catch((error: unknown) => {
      // Nobody leads: whoever will begins to be believed from then on.
      lowSince = null;
      throw error;
    });
    const isLower = state.last_seq < last;
    if (isLower) {
      lowSince ??= performance.now();
      if (performance.now() - lowSince < BELIEVED_MS) throw new Error('the server has less than was heard');
    }
    lowSince = null;
    if (isLower || !(await isAsHeard(state.first_seq))) {
      log.warn('the server has lost a part of the log of events');
      last = isLower && found === created ? state.last_seq : 0;
      lastId = '';
    }
    if (lastId === '' && last > 0) lastId = idOf((await jsm.streams.getMessage(stream, { seq: last }))?.header);
    created = found;
  }

  /** Whether the last message heard is the one that has its sequence. One that was dropped has nothing against it. */
  async function isAsHeard(oldest: number): Promise<boolean> {
    if (lastId === '' || last < oldest) return true;
    const message = await jsm.streams.getMessage(stream, { seq: last });
    return message === null || idOf(message.header) === lastId;
  }

  /** One start at a time; a wish that comes meanwhile is fulfilled after it. */
  function again(why: string): void {
    if (isStopped) return;
    isWanted = true;
    if (isStarting) return;
    isStarting = true;
    log.warn('following the log anew', { why });
    void (async () => {
      while (isWanted && !isStopped) {
        isWanted = false;
        try {
          await start();
        } catch {
          isWanted = true;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
      isStarting = false;
    })();
  }

  await link.ask(start);
  link.onReconnect(() => again('connected again'));
  const watchdog = setInterval(() => {
    if (performance.now() - heardAt > SILENCE_MS) again('silence');
  }, HEARTBEAT_MS);
  return {
    stop() {
      isStopped = true;
      clearInterval(watchdog);
      subscription?.unsubscribe();
    },
  };
}

function idOf(headers: MsgHdrs | undefined): string {
  return headers?.get(ID) ?? '';
}
