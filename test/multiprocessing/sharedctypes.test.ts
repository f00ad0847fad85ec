import { inspect } from 'node:util';
import { AssertionError, IndexError, ValueError } from 'heddle/errors';
import { Lock, Array as MpArray, Value as MpValue, RLock } from 'heddle/multiprocessing';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import {
  Array as ArrayOf,
  arrayOf,
  bytesOf,
  CArray,
  CharArray,
  copy,
  RawArray,
  RawValue,
  Structure,
  Synchronized,
  SynchronizedArray,
  SynchronizedBase,
  SynchronizedString,
  synchronized,
  Value,
  WideCharArray,
} from 'heddle/multiprocessing/sharedctypes';
import { Lock as ThreadLock } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { Path, Point } from '../fixtures/processes/ctypes.js';

describe('RawValue', () => {
  test('is 0 unless told, and takes another value', () => {
    const value = RawValue('i');
    expect(value.value).toBe(0);
    value.value = -7;
    expect(value.value).toBe(-7);
    expect(RawValue('d', 1.5).value).toBe(1.5);
    expect(RawValue('?', true).value).toBe(true);
    expect(RawValue('q', 5).value).toBe(5n);
    expect(RawValue('c', 'x').value).toEqual(Buffer.from('x'));
    expect(RawValue('c', 120).value.toString()).toBe('x');
    expect(RawValue('u', '𝄞').value).toBe('𝄞');
  });

  test('cuts off integers that do not fit, as C does', () => {
    expect(RawValue('b', 300).value).toBe(44);
    expect(RawValue('B', -1).value).toBe(255);
    expect(RawValue('H', 65536 + 3).value).toBe(3);
    expect(RawValue('i', 2 ** 31).value).toBe(-(2 ** 31));
    expect(RawValue('I', -1).value).toBe(2 ** 32 - 1);
    expect(RawValue('i', 2n ** 64n + 5n).value).toBe(5);
    expect(RawValue('Q', -1).value).toBe(2n ** 64n - 1n);
    expect(RawValue('l', 2n ** 63n).value).toBe(-(2n ** 63n));
    expect(RawValue('f', 0.1).value).toBe(Math.fround(0.1));
  });

  test('refuses what is not of its type', () => {
    for (const [code, value] of [
      ['i', 'x'],
      ['i', 1.5],
      ['q', 1.5],
      ['d', 'x'],
      ['c', 'ab'],
      ['c', 256],
      ['u', 'ab'],
      ['u', 1],
    ]) {
      expect(() => RawValue(code as 'i', value as number), `${code} ${value}`).toThrow(TypeError);
    }
    expect(() => RawValue('c', 'ab')).toThrow('one character bytes, bytearray or integer expected');
    expect(() => RawValue('z' as 'i')).toThrow(TypeError);
    expect(() => RawValue({} as 'i')).toThrow(TypeError);
    expect(() => (RawValue as (...args: unknown[]) => unknown)('i', 1, 2)).toThrow(TypeError);
  });

  test('shows its C type', () => {
    expect(inspect(RawValue('i', 5))).toBe('c_int(5)');
  });
});

describe('RawArray', () => {
  test('of numbers is a typed array, zeroed or with the elements', () => {
    const doubles = RawArray('d', 3);
    expect(doubles).toBeInstanceOf(Float64Array);
    expect([...doubles]).toEqual([0, 0, 0]);
    expect(doubles.buffer.byteLength).toBe(24);
    expect(RawArray('i', [1, 2, -3])).toEqual(new Int32Array([1, 2, -3]));
    expect(RawArray('i', new Set([1, 2]))).toEqual(new Int32Array([1, 2]));
    expect(RawArray('l', [1, 2n])).toEqual(new BigInt64Array([1n, 2n]));
    expect(RawArray('b', new Uint8Array([1, 255]))).toEqual(new Int8Array([1, -1]));
    expect(RawArray('f', [0.5])).toEqual(new Float32Array([0.5]));
    expect(RawArray('H', 0)).toHaveLength(0);
  });

  test('of all sizes is zeroed, apart from the others, and can be written to the end', () => {
    const arrays = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((n) => RawArray('B', n));
    for (const [i, array] of arrays.entries()) {
      expect(array.every((byte) => byte === 0)).toBe(true);
      array.fill(i + 1);
    }
    for (const [i, array] of arrays.entries()) {
      expect(array.every((byte) => byte === i + 1)).toBe(true);
    }
  });

  test('of char reads and writes bytes up to a NUL', () => {
    const text = RawArray('c', 'hello');
    expect(text).toBeInstanceOf(CharArray);
    expect(text.raw.toString()).toBe('hello');
    text.value = Buffer.from('x');
    expect(text.value.toString()).toBe('x');
    expect(text.raw.toString()).toBe('x\0llo');
    text.raw = 'ab';
    expect(text.raw.toString()).toBe('abllo');
    text[0] = 65;
    expect(text.value.toString()).toBe('Abllo');
    expect(() => {
      text.value = 'toolong';
    }).toThrow(new ValueError('byte string too long'));
    expect(() => {
      text.value = 5 as never;
    }).toThrow(TypeError);
    expect(RawArray('c', [1, 2])).toHaveLength(2);
  });

  test('of wide characters reads and writes strings', () => {
    const text = RawArray('u', 'a𝄞c');
    expect(text).toBeInstanceOf(WideCharArray);
    expect([text.value, text.length]).toEqual(['a𝄞c', 3]);
    text.value = 'é';
    expect(text.value).toBe('é');
    expect(() => {
      text.value = 'abcd';
    }).toThrow(new ValueError('string too long'));
  });

  test('of structures and arrays gives views of its elements', () => {
    const points = RawArray(Point, [[1, 2], { y: 4 }, new Point(5)]);
    expect(points).toBeInstanceOf(CArray);
    expect(Array.from(points, (p) => inspect(p))).toEqual([
      'Point { x: 1, y: 2 }',
      'Point { x: 0, y: 4 }',
      'Point { x: 5, y: 0 }',
    ]);
    const rows = RawArray(arrayOf('i', 2), [
      [1, 2],
      [3, 4],
    ]);
    (rows.get(1) as Int32Array)[0] = 30;
    expect([...rows]).toEqual([new Int32Array([1, 2]), new Int32Array([30, 4])]);
    expect([...RawArray('?', [1, 0, true])]).toEqual([true, false, true]);
    expect(rows.slice(-1)).toEqual([new Int32Array([30, 4])]);
    expect(() => points.get(3)).toThrow(new IndexError('invalid index'));
  });

  test('refuses sizes and elements that cannot be', () => {
    expect(() => RawArray('i', -1)).toThrow(new ValueError('Array length must be >= 0, not -1'));
    expect(() => RawArray('i', 1.5)).toThrow(TypeError);
    expect(() => RawArray('i', 'ab')).toThrow(TypeError);
    expect(() => RawArray('i', ['a'])).toThrow(TypeError);
    expect(() => RawArray('i', null as never)).toThrow(TypeError);
    expect(() => RawArray('B', 2 ** 50)).toThrow(expect.objectContaining({ code: 'ENOMEM' }));
  });
});

describe('Value and Array', () => {
  test('are those of heddle/multiprocessing', () => {
    expect([MpValue, MpArray]).toEqual([Value, ArrayOf]);
  });

  test('have a lock of their own, which may be held over several accesses', () => {
    const value = Value('i', 5);
    expect(value).toBeInstanceOf(Synchronized);
    expect(value.getLock()).toBeInstanceOf(RLock);
    value.with(() => {
      value.value += 1;
    });
    using held = value.hold();
    expect(held).toBeDefined();
    value.value = Number(value.value) + 1;
    expect([value.value, value.getObj().value]).toEqual([7, 7]);
    expect(inspect(value)).toBe('<Synchronized wrapper for c_int(7)>');
  });

  test('take a lock, or none', () => {
    const lock = new Lock();
    const value = Value('d', 1, { lock });
    expect(value.getLock()).toBe(lock);
    lock.acquire();
    expect(value.acquire(false)).toBe(false);
    lock.release();
    expect(Value('d', 1, { lock: false }).value).toBe(1);
    expect(ArrayOf('d', 3, { lock: false })).toBeInstanceOf(Float64Array);
    expect(ArrayOf('i', 3, { lock: null }).getLock()).toBeInstanceOf(RLock);
    expect(() => Value('i', 0, { lock: 5 as never })).toThrow("5 has no method 'acquire'");
    expect(() => ArrayOf('i', 3, { lock: 'x' as never })).toThrow("'x' has no method 'acquire'");
    expect(() => Value('i', 0, { locked: true } as never)).toThrow(/unknown option 'locked'/);
  });

  test('promise the lock, too', async () => {
    const value = Value('i', 5);
    await using held = await value.holdAsync();
    expect(held).toBeDefined();
    expect(value.value).toBe(5);
  });

  test('an array has elements, slices and a length', () => {
    const array = ArrayOf('i', [1, 2, 3, 4]);
    expect(array).toBeInstanceOf(SynchronizedArray);
    expect([array.length, array.get(0), array.get(-1)]).toEqual([4, 1, 4]);
    array.set(1, 20);
    expect([...array]).toEqual([1, 20, 3, 4]);
    expect(array.getSlice(1, -1)).toEqual([20, 3]);
    array.setSlice(2, undefined, [30, 40]);
    expect(array.getSlice()).toEqual([1, 20, 30, 40]);
    expect(() => array.get(4)).toThrow(IndexError);
    expect(() => array.set(-5, 1)).toThrow(new IndexError('invalid index'));
    expect(() => array.setSlice(0, 2, [1])).toThrow('Can only assign sequence of same size');
    expect(() => array.set(0, 1.5)).toThrow(TypeError);
    expect(() => array.set(0, 'x')).toThrow(TypeError);
  });

  test('an array of char is a string, too', () => {
    const text = ArrayOf('c', 'hello');
    expect(text).toBeInstanceOf(SynchronizedString);
    text.value = 'abc';
    text.set(0, 'x');
    expect([text.value.toString(), text.raw.toString()]).toEqual(['xbc', 'xbc\0o']);
  });

  test('a structure has its fields', () => {
    const path = Value(Path, 'abc', [1, 2]);
    expect(path).toBeInstanceOf(SynchronizedBase);
    const fields = path as unknown as Record<string, unknown>;
    fields.closed = true;
    const { from, steps, name, closed } = fields;
    expect(closed).toBe(true);
    expect([inspect(from), [...(steps as Int32Array)], String(name)]).toEqual([
      'Point { x: 1, y: 2 }',
      [0, 0, 0],
      'abc',
    ]);
    expect(inspect(path)).toMatch(/^<SynchronizedPath wrapper for Path \{ name: /);
  });

  test('what is guarded is not guarded again', () => {
    expect(() => synchronized(Value('i'))).toThrow(
      new AssertionError('object already synchronized'),
    );
    expect(() => synchronized(5 as never)).toThrow(TypeError);
    expect(synchronized(RawValue('i', 3), new ThreadLock()).value).toBe(3);
  });
});

describe('a structure', () => {
  test('checks its fields and values', () => {
    class Twice extends Structure {
      static override _fields_ = [
        ['a', 'i'],
        ['a', 'i'],
      ];
    }
    class Odd extends Structure {
      static override _fields_ = [['a', 'i', 3]];
    }
    expect(() => new Twice()).toThrow(ValueError);
    expect(() => new Odd()).toThrow(TypeError);
    expect(() => RawValue(Path, 'toolong')).toThrow(
      new ValueError('bytes too long (7, maximum length 6)'),
    );
    expect(() => new Point(1, 2, 3)).toThrow('too many initializers');
    expect(() => new Point(1, { x: 2 })).toThrow("duplicate values for field 'x'");
    expect(() => new Point({ z: 2 })).toThrow("Point has no field 'z'");
    expect(() => new Path('', [], [1, 2, 3, 4])).toThrow(new IndexError('invalid index'));
    expect(() => RawValue(Path, '', 5)).toThrow(TypeError);
  });

  test('lies in any memory', () => {
    using memory = new SharedMemory({ create: true, size: 64 });
    const point = Point.fromBuffer(memory.buf, 8) as Point & { x: number; y: number };
    point.y = 2.5;
    expect(memory.buf.readDoubleLE(16)).toBe(2.5);
    expect(point.norm()).toBe(2.5);
    expect(() => Point.fromBuffer(memory.buf, 56)).toThrow(ValueError);
    expect(() => Point.fromBuffer(5 as never)).toThrow(TypeError);
  });

  test('of a class with fields that extends another has these first', () => {
    class Point3 extends Point {
      static override _fields_ = [['z', 'i']];
    }
    const point = RawValue(Point3, 1, 2, 3);
    expect(bytesOf(point)).toHaveLength(24);
    expect(bytesOf(point).readInt32LE(16)).toBe(3);
    expect(point.norm()).toBeCloseTo(Math.hypot(1, 2));
  });

  test('packed has arrays where no typed array can be', () => {
    class Packed extends Structure {
      static override _pack_ = 1;
      static override _fields_ = [
        ['a', 'b'],
        ['list', arrayOf('i', 2)],
      ];
      declare list: CArray<number>;
    }
    const packed = RawValue(Packed, 1, [2, 3]);
    expect([...packed.list]).toEqual([2, 3]);
    packed.list.set(0, 20);
    expect(bytesOf(packed).toString('hex')).toBe('011400000003000000');
  });
});

test('copy makes another one with the same contents', () => {
  for (const obj of [
    RawValue('i', 5),
    RawArray('d', [1, 2]),
    RawArray('c', 'abc'),
    RawValue(Path, 'abc', [1, 2], [1, 2, 3], true),
    RawArray(Point, [[1, 2]]),
    new Int16Array([1, 2]),
  ]) {
    const other = copy(obj);
    expect(other.constructor).toBe(obj.constructor);
    expect(bytesOf(other)).toEqual(bytesOf(obj));
    bytesOf(other).fill(1);
    expect(bytesOf(other)).not.toEqual(bytesOf(obj));
  }
  expect(() => copy(new Map())).toThrow(TypeError);
});
