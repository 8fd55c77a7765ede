// SPDX-License-Identifier: MIT

/** Works of one key run one after the other, whatever became of those before; of different keys at once. */
export function createByKey<K>(): <T>(key: K, work: () => Promise<T>) => Promise<T> {
  const queues = new Map<K, Promise<unknown>>();
  return (key, work) => {
    const result = (queues.get(key) ?? Promise.resolve()).then(work, work);
    queues.set(key, result);
    const forget = (): void => {
      if (queues.get(key) === result) queues.delete(key);
    };
    result.then(forget, forget);
    return result;
  };
}
