// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A network of its own for a browser: a namespace joined to this machine by one virtual cable. Needs Linux, root and
 * iproute2; `networkAllowed` says whether it can be had.
 */
export type Network = {
  /** This machine's address on the cable: where switches and phones must listen. */
  readonly host: string;
  /** The browser's address. */
  readonly inside: string;
  /** A program that runs its arguments' browser inside, e.g. as `executablePath`. */
  wrap(program: string): string;
  /** Process ids of all that runs inside. */
  pids(): readonly number[];
  /** From now on every packet vanishes in both directions, without a word to anybody. */
  cut(): void;
  /** The cable is pulled: the browser's computer sees that it is offline. */
  unplug(): void;
  /** Ends `cut` and `unplug`. */
  restore(): void;
  stop(): void;
};

/** A hardware address that nobody has. */
const NOBODY = '02:00:00:00:00:01';

export function networkAllowed(): boolean {
  try {
    const name = `mgt${process.pid}`;
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return true;
  } catch {
    return false;
  }
}

export function startNetwork(): Network {
  const id = `${process.pid}x${randomInt(100)}`;
  const [namespace, outer, inner] = [`mg${id}`, `mgo${id}`, `mgi${id}`];
  const net = `10.${randomInt(190, 240)}.${randomInt(1, 250)}`;
  const [host, inside] = [`${net}.1`, `${net}.2`];
  const dir = mkdtempSync(join(tmpdir(), 'megadial-network-'));
  const within = (...args: string[]) => ip('-n', namespace, ...args);

  // Goes with this process, whatever ends it: the cable falls with its namespace.
  const remove = () => {
    try {
      ip('netns', 'del', namespace);
    } catch {
      // Already gone.
    }
  };
  ip('netns', 'add', namespace);
  process.once('exit', remove);
  ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', namespace);
  ip('addr', 'add', `${host}/30`, 'dev', outer);
  ip('link', 'set', outer, 'up');
  within('link', 'set', 'lo', 'up');
  within('addr', 'add', `${inside}/30`, 'dev', inner);

  const plug = () => {
    within('link', 'set', inner, 'up');
    within('route', 'replace', 'default', 'via', host);
  };
  plug();
  const macs = { outer: mac(ip('-j', 'link', 'show', outer)), inner: mac(within('-j', 'link', 'show', inner)) };
  // Each side keeps the other's hardware address by hand: a wrong one makes packets vanish, and neither is told.
  const address = (to: { readonly outer: string; readonly inner: string }) => {
    ip('neigh', 'replace', inside, 'lladdr', to.inner, 'dev', outer, 'nud', 'permanent');
    within('neigh', 'replace', host, 'lladdr', to.outer, 'dev', inner, 'nud', 'permanent');
  };
  address(macs);
  let unplugged = false;

  return {
    host,
    inside,
    wrap(program) {
      const file = join(dir, 'browser');
      writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`, { mode: 0o755 });
      return file;
    },
    pids: () => ip('netns', 'pids', namespace).split('\n').filter(Boolean).map(Number),
    cut: () => address({ outer: NOBODY, inner: NOBODY }),
    unplug() {
      unplugged = true;
      within('link', 'set', inner, 'down');
    },
    restore() {
      if (unplugged) plug();
      unplugged = false;
      address(macs);
    },
    stop() {
      process.removeListener('exit', remove);
      remove();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function mac(json: string): string {
  const [link] = JSON.parse(json) as { address?: string }[];
  if (link?.address === undefined) throw new Error('no such cable');
  return link.address;
}
