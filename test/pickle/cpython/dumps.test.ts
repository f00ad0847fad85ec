import { FileNotFoundError, LockAbandonedError, SystemExit } from 'heddle/errors';
import {
  Deque,
  dumpsPython,
  FrozenSet,
  loadsPython,
  OrderedDict,
  PicklingError,
  PyFloat,
  PythonGlobal,
  PythonObject,
  Tuple,
} from 'heddle/pickle';
import { Empty } from 'heddle/queue';
import { describe, expect, test } from 'vitest';

const again = (value: unknown) => loadsPython(dumpsPython(value), { exact: true });

/** The class and arguments that an error has in Python. */
function described(error: Error): [string, readonly unknown[]] {
  const { type, args } = loadsPython(dumpsPython(error), {
    findGlobal: () => PythonObject,
  }) as PythonObject;
  return [String(type), [...args]];
}

describe('dumpsPython', () => {
  test('writes protocol 4', () => {
    expect(dumpsPython(null)).toEqual(Buffer.from([0x80, 4, 0x4e, 0x2e]));
    expect(dumpsPython([1], { protocol: 4 }).toString('latin1')).toBe('\x80\x04]\x94(K\x01e.');
  });

  test('a whole number is an int, any other a float', () => {
    const numbers = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 1.5, -0, 2 ** 53, Infinity];
    expect(again(numbers)).toEqual([...numbers.slice(0, 8), 2 ** 53, Infinity]);
    expect(dumpsPython(2 ** 53)[2]).toBe(0x47);
    expect(again(Number.NaN)).toBeNaN();
    expect(again(new PyFloat(3))).toEqual(new PyFloat(3));
  });

  test('bigints of every length', () => {
    for (let bits = 0n; bits < 80n; bits++) {
      for (const value of [1n << bits, (1n << bits) - 1n, -(1n << bits), -(1n << bits) - 1n]) {
        expect(BigInt(again(value) as number)).toBe(value);
      }
    }
    const huge = 7n ** 2000n;
    expect([again(huge), again(-huge)]).toEqual([huge, -huge]);
  });

  test('strings of every length and kind', () => {
    for (const unit of ['a', 'é', '€', '😀', '\ud83d', '\ude00', '\0', '\ufeff', '\ufffd']) {
      for (const count of [0, 1, 31, 32, 33, 84, 85, 86, 255, 256, 1000]) {
        const text = unit.repeat(count);
        expect(again([text, 'after'])).toEqual([text, 'after']);
      }
    }
  });

  test('pickles longer than the memory that is kept, one after another', () => {
    for (const length of [10, 65_000, 65_530, 66_000, 300_000, 10]) {
      const bytes = Buffer.alloc(length, 1);
      const [text, copy, rest] = again(['x'.repeat(length), bytes, [length]]) as [
        string,
        Buffer,
        unknown,
      ];
      expect(text === 'x'.repeat(length)).toBe(true);
      expect(copy.equals(bytes)).toBe(true);
      expect(rest).toEqual([length]);
    }
  });

  test('collections keep their types', () => {
    const deque = Deque.of(1, 2) as Deque;
    const value = [
      Tuple.of(),
      Tuple.of(1),
      Tuple.of(1, 2, 3, 4),
      new Map<unknown, unknown>([[1, Tuple.of('a')]]),
      new Set([1, 'b']),
      new FrozenSet([Tuple.of(1)]),
      new OrderedDict([['z', 1]]),
      deque,
      Buffer.from('b'),
      new Uint8Array([3]),
      new Float32Array([0.5]),
      new BigInt64Array([5n]),
    ];
    expect(again(value)).toStrictEqual(value);
  });

  test('a plain object is a dict of its own enumerable keys, undefined is None', () => {
    const object = Object.create(null, { hidden: { value: 1 } });
    object.shown = undefined;
    object[Symbol('s')] = 2;
    expect(again([object, new Array(1)])).toEqual([new Map([['shown', null]]), [null]]);
  });

  test('what is met twice is one object, and cycles are kept', () => {
    const shared = { a: [1] };
    const tuple = Tuple.of<unknown>();
    const list: unknown[] = [shared, shared, tuple];
    list.push(list);
    tuple.push(list, 1, 2, 3, 4);
    const copy = loadsPython(dumpsPython(list)) as unknown[];
    expect(copy[0]).toBe(copy[1]);
    expect(copy[3]).toBe(copy);
    expect((copy[2] as unknown[])[0]).toBe(copy);
    const inside = loadsPython(dumpsPython(tuple)) as unknown[][];
    expect(inside[0]?.[2]).toBe(inside);
  });

  test('a cycle through what describes an object', () => {
    const holder: unknown[] = [];
    const object = new PythonObject('shapes.Point', [holder], { state: holder });
    holder.push(object);
    const copy = loadsPython(dumpsPython(object), {
      findGlobal: () => PythonObject,
    }) as PythonObject;
    expect((copy.args[0] as unknown[])[0]).toBe(copy);
  });

  test('descriptions of every kind come back', () => {
    const type = new PythonGlobal('a.b', 'C.d');
    const objects = [
      new PythonObject(type, [1, 'x'], { isNew: true, kwargs: { k: 1 }, state: null }),
      new PythonObject(type, [], { items: [1, 2], entries: [['k', 1]] }),
      type,
    ];
    const copies = loadsPython(dumpsPython(objects), { findGlobal: () => PythonObject });
    expect(copies).toEqual(objects.map((object) => object));
  });

  test("errors are Python's of the same class", () => {
    expect(described(new TypeError('t'))).toEqual(['builtins.TypeError', ['t']]);
    expect(described(new RangeError('r'))).toEqual(['builtins.ValueError', ['r']]);
    expect(described(new Error(''))).toEqual(['builtins.Exception', []]);
    expect(described(new LockAbandonedError('l'))).toEqual(['builtins.RuntimeError', ['l']]);
    expect(described(new SystemExit(3))).toEqual(['builtins.SystemExit', [3]]);
    expect(described(new Empty())).toEqual(['_queue.Empty', []]);
    const missing = new FileNotFoundError("[Errno 2] gone: '/x'", { errno: 2, filename: '/x' });
    expect(described(missing)).toEqual(['builtins.FileNotFoundError', [2, 'gone', '/x']]);
  });

  test.each<[string, unknown, string]>([
    ['a function', { jobs: [0, () => 1] }, 'value.jobs[1]: Python has nothing for function'],
    [
      'a symbol',
      new Map([['k', Symbol('s')]]),
      "value.get('k'): Python has nothing for type symbol",
    ],
    [
      'an instance',
      [new (class Point {})()],
      'value[0]: Python has nothing for an instance of Point',
    ],
    [
      'an ArrayBuffer',
      new ArrayBuffer(1),
      'value: Python has nothing for an instance of ArrayBuffer',
    ],
    ['an invalid Date', [new Date(Number.NaN)], 'value[0]: a Date that is invalid'],
    ['a list as a key', new Map([[[1], 1]]), "value (a key): unhashable type: 'list'"],
    ['an object in a set', new Set([{}]), "value (an item): unhashable type: 'dict'"],
    ['a set in a set', new Set([new Set()]), "unhashable type: 'set'"],
    ['a Uint8Array as a key', new Map([[new Uint8Array(1), 1]]), "unhashable type: 'bytearray'"],
  ])('refuses %s and says where it is', (_, value, message) => {
    expect(() => dumpsPython(value)).toThrow(PicklingError);
    expect(() => dumpsPython(value)).toThrow(message);
    expect(again('and goes on')).toBe('and goes on');
  });

  test('refuses what is nested too deeply, at any depth', () => {
    for (const depth of [1001, 100_000]) {
      let value: unknown[] = [];
      for (let i = 0; i < depth; i++) value = [value];
      expect(() => dumpsPython(value)).toThrow('nested more than 1000 deep');
    }
    let value: unknown[] = [];
    for (let i = 1; i < 1000; i++) value = [value];
    expect(again(value)).toEqual(value);
  });

  test('reducerOverride describes instances, and may pack others meanwhile', () => {
    class Point {
      constructor(readonly x: number) {}
    }
    const reducerOverride = (instance: object) => {
      if (!(instance instanceof Point)) return undefined;
      expect(again('x'.repeat(100))).toBe('x'.repeat(100));
      return new PythonObject('builtins.complex', [instance.x, 0]);
    };
    const point = new Point(2);
    const copy = loadsPython(
      dumpsPython([point, point, new Date(0)], { reducerOverride }),
    ) as unknown[];
    expect(copy[0]).toEqual(new PythonObject('builtins.complex', [2, 0]));
    expect(copy[1]).toBe(copy[0]);
    expect(() => dumpsPython([point], { reducerOverride: () => 1 } as object)).toThrow(
      'value[0]: reducerOverride must return a PythonObject, not type number (1)',
    );
  });

  test('wrong arguments are named', () => {
    expect(() => dumpsPython(1, { protocol: 5 })).toThrow('pickle protocol must be 4, not 5');
    expect(() => dumpsPython(1, { protocol: '4' } as object)).toThrow(TypeError);
    expect(() => dumpsPython(1, { proto: 4 } as object)).toThrow("unknown option 'proto'");
    expect(() => dumpsPython(1, { reducerOverride: 1 } as object)).toThrow(TypeError);
    expect(() => new PyFloat('1' as unknown as number)).toThrow('value must be a number');
    expect(() => new PythonObject(1 as unknown as string)).toThrow('type must be a string');
    expect(() => new PythonGlobal('a', 1 as unknown as string)).toThrow('name must be a string');
  });
});
