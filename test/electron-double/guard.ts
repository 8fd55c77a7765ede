// SPDX-License-Identifier: MIT
import { EventEmitter } from 'node:events';

/** Asked of any object by the language, Node or a test runner: their absence is normal. */
const askedByTheLanguage = new Set(['then', 'catch', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof', 'inspect']);

function handler(name: string): ProxyHandler<object> {
  return {
    get(target, key, receiver) {
      if (typeof key === 'string' && !(key in target) && !key.startsWith('_') && !askedByTheLanguage.has(key)) {
        throw new Error(`the double has no electron.${name}.${key}`);
      }
      return Reflect.get(target, key, receiver);
    },
  };
}

/**
 * Makes a missing part of the double loud: reading a property that nobody implemented throws with its Electron name,
 * so that an app never goes on with an `undefined` that the real Electron would not have given it. Names starting with
 * an underscore are Node's own (EventEmitter).
 */
export function guard<T extends object>(name: string, implementation: T): T {
  return new Proxy(implementation, handler(name)) as T;
}

/** The same for classes: a base whose prototype chain ends in the guard, so that instances stay ordinary objects. */
export function loudEmitter(name: string): new () => EventEmitter {
  class Loud extends EventEmitter {}
  Object.setPrototypeOf(Loud.prototype, new Proxy(EventEmitter.prototype, handler(name)));
  return Loud;
}

/** A whole Electron module that the double does not have: any use throws. */
export function missing(name: string): never {
  const fail = (): never => {
    throw new Error(`the double has no electron.${name}`);
  };
  return new Proxy(() => undefined, { get: fail, apply: fail, construct: fail, set: fail }) as never;
}

/** Electron's event object: `preventDefault` is read by the emitter afterwards. */
export type PreventableEvent = { preventDefault(): void; defaultPrevented: boolean };

export function makeEvent<T extends object>(fields: T = {} as T): T & PreventableEvent {
  const event = {
    ...fields,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}
