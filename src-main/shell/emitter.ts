// SPDX-License-Identifier: MIT
export type Emitter<E> = {
  on<K extends keyof E>(name: K, listener: (payload: E[K]) => void): () => void;
  emit<K extends keyof E>(name: K, payload: E[K]): void;
};

/**
 * Typed events. Those named in `kept` wait for their first listener instead of being lost: a link that started the
 * app arrives before the services are there to hear it.
 */
export function createEmitter<E>(kept: readonly (keyof E)[] = []): Emitter<E> {
  const listeners: { [K in keyof E]?: Set<(payload: E[K]) => void> } = {};
  const waiting: { [K in keyof E]?: readonly E[K][] } = {};
  return {
    on(name, listener) {
      const set = listeners[name] ?? new Set();
      listeners[name] = set;
      set.add(listener);
      const early = waiting[name] ?? [];
      delete waiting[name];
      for (const payload of early) listener(payload);
      return () => set.delete(listener);
    },
    emit(name, payload) {
      const set = listeners[name];
      if (set !== undefined && set.size > 0) {
        for (const listener of [...set]) listener(payload);
      } else if (kept.includes(name)) {
        const early: readonly E[typeof name][] = waiting[name] ?? [];
        waiting[name] = [...early, payload];
      }
    },
  };
}
