// SPDX-License-Identifier: MIT

/** What travels in a JSON text: see `makeCodec`. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };
export type Codec = {
  /** Copies by the rules of structured clone. Throws "An object could not be cloned." like Electron. */
  encode(value: unknown): Wire;
  decode(wire: Wire): unknown;
};

/**
 * Structured clone through a JSON text, the same code on both sides: main imports it, pages get its source text (so it
 * must refer to nothing outside itself). Plain values stay plain JSON; an array starts with a tag, 0 for an array; each
 * object has a number in the order of first sight, so that shared and cyclic references survive.
 */
export function makeCodec(): Codec {
  const VIEWS: Record<string, { new (buffer: ArrayBuffer): ArrayBufferView }> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  };
  const ERRORS: Record<string, new (message: string) => Error> = {
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  };

  const toBase64 = (buffer: ArrayBuffer): string => {
    const bytes = new Uint8Array(buffer);
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const fromBase64 = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;

  const put = (object: object, key: string, value: unknown) => {
    if (key !== '__proto__') (object as Record<string, unknown>)[key] = value;
    else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  };

  const walk = (value: unknown, seen: Map<object, number>): Wire => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (value === undefined) return ['u'];
    if (typeof value === 'bigint') return ['n', String(value)];
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : ['d', String(Object.is(value, -0) ? '-0' : value)];
    const object = value as object;
    const known = seen.get(object);
    if (known !== undefined) return ['r', known];
    seen.set(object, seen.size);
    if (Array.isArray(object)) {
      const out: Wire[] = [0];
      for (let i = 0; i < object.length; i++) out.push(i in object ? walk(object[i], seen) : ['h']);
      return out;
    }
    const kind = Object.prototype.toString.call(object).slice(8, -1);
    if (object instanceof Map) return ['M', ...[...object].flatMap(([k, v]) => [walk(k, seen), walk(v, seen)])];
    if (object instanceof Set) return ['S', ...[...object].map((v) => walk(v, seen))];
    if (object instanceof Date) return ['D', object.getTime()];
    if (object instanceof RegExp) return ['R', object.source, object.flags];
    if (object instanceof Error) {
      return [
        'E',
        object.name,
        object.message,
        object.stack ?? '',
        'cause' in object ? walk(object.cause, seen) : null,
      ];
    }
    if (object instanceof ArrayBuffer) return ['B', toBase64(object)];
    if (ArrayBuffer.isView(object)) {
      const bytes = object.buffer.slice(object.byteOffset, object.byteOffset + object.byteLength) as ArrayBuffer;
      return ['V', kind, toBase64(bytes)];
    }
    if (object instanceof Boolean || object instanceof Number || object instanceof String || kind === 'BigInt') {
      return ['O', walk(object.valueOf(), seen)];
    }
    if (kind !== 'Object') throw new Error(kind);
    const out: { [key: string]: Wire } = {};
    for (const key of Object.keys(object)) put(out, key, walk((object as Record<string, unknown>)[key], seen));
    return out;
  };

  const read = (wire: Wire, seen: object[]): unknown => {
    if (wire === null || typeof wire !== 'object') return wire;
    const keep = <T extends object>(object: T): T => {
      seen.push(object);
      return object;
    };
    if (!Array.isArray(wire)) {
      const out = keep({});
      for (const key of Object.keys(wire)) put(out, key, read(wire[key] as Wire, seen));
      return out;
    }
    const [tag, a, b, c, d] = wire;
    switch (tag) {
      case 'u':
        return undefined;
      case 'n':
        return BigInt(a as string);
      case 'd':
        return Number(a);
      case 'r':
        return seen[a as number];
      case 'D':
        return keep(new Date(a === null ? Number.NaN : (a as number)));
      case 'R':
        return keep(new RegExp(a as string, b as string));
      case 'B':
        return keep(fromBase64(a as string));
      case 'V':
        return keep(new (VIEWS[a as string] as (typeof VIEWS)[string])(fromBase64(b as string)));
      case 'O': {
        const at = seen.length;
        seen.push({});
        const boxed = Object(read(a as Wire, seen)) as object;
        seen[at] = boxed;
        return boxed;
      }
      case 'E': {
        const error = keep(new (ERRORS[a as string] ?? Error)(b as string));
        Object.defineProperty(error, 'stack', { value: c, configurable: true, writable: true });
        if (d !== null) Object.defineProperty(error, 'cause', { value: read(d as Wire, seen), configurable: true });
        return error;
      }
      case 'M': {
        const map = keep(new Map());
        for (let i = 1; i < wire.length; i += 2) {
          const key = read(wire[i] as Wire, seen);
          map.set(key, read(wire[i + 1] as Wire, seen));
        }
        return map;
      }
      case 'S': {
        const set = keep(new Set());
        for (let i = 1; i < wire.length; i++) set.add(read(wire[i] as Wire, seen));
        return set;
      }
      default: {
        const list = keep(new Array<unknown>(wire.length - 1));
        for (let i = 1; i < wire.length; i++) {
          const item = wire[i] as Wire;
          if (!(Array.isArray(item) && item[0] === 'h')) list[i - 1] = read(item, seen);
        }
        return list;
      }
    }
  };

  return {
    encode(value) {
      try {
        // The platform's own clone decides what may travel and calls getters once; its result is only written down here.
        return walk(structuredClone(value), new Map());
      } catch {
        throw new Error('An object could not be cloned.');
      }
    },
    decode: (wire) => read(wire, []),
  };
}
