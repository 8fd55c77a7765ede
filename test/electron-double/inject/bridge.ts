// SPDX-License-Identifier: MIT

/** One end of the passage between a page's two worlds. */
export type Bridge = {
  /** Calls an operation of the other world, synchronously. Throws what it threw, as a plain Error. */
  call(operation: string, ...args: unknown[]): unknown;
};
export type Operations = Record<string, (...args: never[]) => unknown>;

/**
 * The same code runs in the page's world and in the preload's. Messages are DOM events: their `detail` is cloned by
 * Chromium when the other world reads it, listeners run at once, so a call is synchronous and an answer is a nested
 * event. Functions and promises travel as numbers. Its source text is injected: it must refer to nothing outside.
 */
export function makeBridge(token: string, me: 'page' | 'preload', operations: Operations): Bridge {
  type Fn = (...args: unknown[]) => unknown;
  type Answer = { ok: boolean; value: unknown };
  const Event = CustomEvent;
  const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail')?.get as (
    this: CustomEvent,
  ) => unknown;
  const dispatch = window.dispatchEvent.bind(window);
  const listen = window.addEventListener.bind(window);
  const other = me === 'page' ? 'preload' : 'page';

  const ownFunctions = new Map<number, Fn>();
  const ownIds = new WeakMap<Fn, number>();
  const foreignIds = new WeakMap<Fn, number>();
  const foreignProxies = new Map<number, WeakRef<Fn>>();
  const promises = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let next = 1;
  let slot: Answer | undefined;

  const released = new FinalizationRegistry<number>((id) => {
    if (foreignProxies.get(id)?.deref()) return;
    foreignProxies.delete(id);
    send(['release', id]);
  });

  const send = (message: unknown[]): Answer | undefined => {
    const outer = slot;
    slot = undefined;
    dispatch(new Event(`${token}:${other}`, { detail: message }));
    const answer = slot as Answer | undefined;
    slot = outer;
    return answer;
  };

  const request = (message: unknown[]): unknown => {
    const answer = send(message);
    // The other world saw no detail: Chromium could not clone it.
    if (!answer) throw new Error('An object could not be cloned.');
    const value = unpack(answer.value, []);
    if (!answer.ok) throw value;
    return value;
  };

  const pack = (value: unknown, seen: Map<object, number>): unknown => {
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (typeof value === 'function') {
      const fn = value as Fn;
      const foreign = foreignIds.get(fn);
      if (foreign !== undefined) return ['back', foreign];
      let id = ownIds.get(fn);
      if (id === undefined) {
        id = next++;
        ownIds.set(fn, id);
      }
      ownFunctions.set(id, fn);
      return ['function', id];
    }
    if (value === null || typeof value !== 'object') return value;
    if (seen.size === 0 && isPlain(value)) return ['clone', value];
    if (value instanceof Promise) {
      const id = next++;
      const settle = (ok: boolean, result: unknown) => {
        try {
          if (!send(['settle', id, ok, pack(result, new Map())])) throw new Error('An object could not be cloned.');
        } catch (error) {
          send(['settle', id, false, pack(error, new Map())]);
        }
      };
      value.then(
        (result) => settle(true, result),
        (error: unknown) => settle(false, error),
      );
      return ['promise', id];
    }
    const known = seen.get(value);
    if (known !== undefined) return ['seen', known];
    seen.set(value, seen.size);
    if (Array.isArray(value)) return ['array', value.map((item) => pack(item, seen))];
    if (value instanceof Error) return ['error', value.message];
    if (Object.prototype.toString.call(value) !== '[object Object]') return ['clone', value];
    return ['object', Object.keys(value).map((key) => [key, pack((value as Record<string, unknown>)[key], seen)])];
  };

  /** Nothing but plain data: Chromium's own clone carries it whole, and quickly. */
  const isPlain = (value: unknown, depth = 0): boolean => {
    if (value === null || typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
    if (depth > 20) return false;
    const items = Array.isArray(value) ? value : Object.getPrototypeOf(value) === Object.prototype && plainItems(value);
    return items !== false && items.every((item) => isPlain(item, depth + 1));
  };
  const plainItems = (value: object): unknown[] | false =>
    Object.getOwnPropertySymbols(value).length === 0 && Object.values(value);

  const proxyOf = (id: number): Fn => {
    const known = foreignProxies.get(id)?.deref();
    if (known) return known;
    const proxy: Fn = (...args) => request(['call', id, args.map((arg) => pack(arg, new Map()))]);
    foreignIds.set(proxy, id);
    foreignProxies.set(id, new WeakRef(proxy));
    released.register(proxy, id);
    return proxy;
  };

  const unpack = (packed: unknown, seen: object[]): unknown => {
    if (packed === null || typeof packed !== 'object') return packed;
    const [kind, content] = packed as [string, never];
    const keep = <T extends object>(object: T): T => {
      seen.push(object);
      return object;
    };
    switch (kind) {
      case 'function':
        return proxyOf(content);
      case 'back':
        return ownFunctions.get(content);
      case 'promise':
        return new Promise((resolve, reject) => promises.set(content, { resolve, reject }));
      case 'seen':
        return seen[content];
      case 'array': {
        const list = keep([] as unknown[]);
        for (const item of content as unknown[]) list.push(unpack(item, seen));
        return list;
      }
      case 'error':
        return keep(new Error(content));
      case 'clone':
        return keep(content);
      default: {
        const object = keep({});
        for (const [key, item] of content as [string, unknown][]) {
          const value = unpack(item, seen);
          Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
        }
        return object;
      }
    }
  };

  const receive = ([kind, ...rest]: unknown[]): unknown => {
    if (kind === 'settle') {
      const [id, ok, value] = rest as [number, boolean, unknown];
      const promise = promises.get(id);
      promises.delete(id);
      if (ok) promise?.resolve(unpack(value, []));
      else promise?.reject(unpack(value, []));
      return undefined;
    }
    if (kind === 'release') {
      ownFunctions.delete(rest[0] as number);
      return undefined;
    }
    const [target, args] = rest as [number | string, unknown[]];
    const fn = (kind === 'call' ? ownFunctions.get(target as number) : operations[target]) as Fn | undefined;
    if (!fn) throw new Error(`nothing called ${target} in this world`);
    return fn(...args.map((arg) => unpack(arg, [])));
  };

  listen(`${token}:${me}`, (event) => {
    const message = detailOf.call(event as CustomEvent) as unknown[] | null;
    if (message === null) return;
    let answer: Answer;
    try {
      answer = { ok: true, value: pack(receive(message), new Map()) };
    } catch (error) {
      const text = error instanceof Error ? error : new Error(String(error));
      answer = { ok: false, value: pack(text, new Map()) };
    }
    dispatch(new Event(`${token}:${other}:answer`, { detail: answer }));
  });
  listen(`${token}:${me}:answer`, (event) => {
    slot = (detailOf.call(event as CustomEvent) as Answer | null) ?? undefined;
  });

  return {
    call: (operation, ...args) => request(['operation', operation, args.map((arg) => pack(arg, new Map()))]),
  };
}
