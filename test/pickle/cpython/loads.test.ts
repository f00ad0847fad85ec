import { FileNotFoundError, KeyError, LookupError, OSError, SystemExit } from 'heddle/errors';
import {
  Deque,
  dumpsPython,
  FrozenSet,
  loadsPython,
  OrderedDict,
  PyFloat,
  PythonGlobal,
  PythonObject,
  Tuple,
  UnpicklingError,
} from 'heddle/pickle';
import { Full } from 'heddle/queue';
import { BrokenBarrierError } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import { pickle } from './bytes.js';
import { PICKLES } from './fuzz.js';

/** What Python's pickles of an expression are read as, one for each protocol. */
function read(expression: string, options?: Parameters<typeof loadsPython>[1]): unknown[] {
  const found = PICKLES.filter((sample) => sample.expression === expression);
  expect(found.length).toBeGreaterThan(0);
  return found.map(({ bytes }) => loadsPython(bytes, options));
}

const DICTS = '{1: "a", "b": 2, (1, "x"): 3, None: 4, 2.5: 5, b"k": 6, frozenset([1]): 7}';

describe('loadsPython', () => {
  test.each([
    ['None', null],
    ['[True, False]', [true, false]],
    [
      '[0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -2**31, -2**31 - 1]',
      [0, 1, -1, 255, 256, 65535, 65536, 2147483647, 2147483648, -2147483648, -2147483649],
    ],
    [
      '[0.0, -0.0, 1.0, 1.5, -2.25, 1e300, 5e-324, float("inf"), -float("inf"), 1e16]',
      [0, -0, 1, 1.5, -2.25, 1e300, 5e-324, Infinity, -Infinity, 1e16],
    ],
    ['"\\ud800 lone \\udfff"', '\ud800 lone \udfff'],
    [
      '[(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ([],))]',
      [
        Tuple.of(),
        Tuple.of(1),
        Tuple.of(1, 2),
        Tuple.of(1, 2, 3),
        Tuple.of(1, 2, 3, 4),
        Tuple.of(Tuple.of(), Tuple.of([])),
      ],
    ],
    ['{}', {}],
    [
      '[set(), {1}, {"x"}, frozenset(), frozenset([7])]',
      [new Set(), new Set([1]), new Set(['x']), new FrozenSet(), new FrozenSet([7])],
    ],
    [
      'collections.OrderedDict([("b", 1), ("a", 2), ("1", 3)])',
      new OrderedDict<unknown, unknown>([
        ['b', 1],
        ['a', 2],
        ['1', 3],
      ]),
    ],
  ])('reads %s in every protocol', (expression, expected) => {
    for (const value of read(expression)) expect(value).toStrictEqual(expected);
  });

  test('a dict is a plain object, or a Map if a key is no str', () => {
    for (const value of read('{"a": 1, "b": {"c": [None]}, "__proto__": 2, "10": 3, "9": 4}')) {
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.entries(value as object)).toEqual([
        ['9', 4],
        ['10', 3],
        ['a', 1],
        ['b', { c: [null] }],
        ['__proto__', 2],
      ]);
    }
    for (const value of read(DICTS)) {
      expect(value).toBeInstanceOf(Map);
      expect([...(value as Map<unknown, unknown>).values()]).toEqual(['a', 2, 3, 4, 5, 6, 7]);
    }
  });

  test('with exact, every dict is a Map, in its order', () => {
    for (const value of read('{"a": 1, "b": {"c": [None]}, "__proto__": 2, "10": 3, "9": 4}', {
      exact: true,
    })) {
      expect([...(value as Map<unknown, unknown>).keys()]).toEqual([
        'a',
        'b',
        '__proto__',
        '10',
        '9',
      ]);
    }
  });

  test('a dict that becomes a Map late is the same wherever it is referred to', () => {
    // d = {}; d['l'] = [d]; d[1] = (d, {2: d}); the value is [d, d]
    const bytes = pickle(
      0x80,
      4,
      ']\x94(}\x94\x8c\x01l]\x94h\x01as',
      'K\x01h\x01}\x94K\x02h\x01s\x86s',
      'h\x01e.',
    );
    const [first, second] = loadsPython(bytes) as [Map<unknown, unknown>, unknown];
    expect(first).toBeInstanceOf(Map);
    expect(second).toBe(first);
    expect((first.get('l') as unknown[])[0]).toBe(first);
    const [again, inner] = first.get(1) as [unknown, Map<unknown, unknown>];
    expect(again).toBe(first);
    expect(inner.get(2)).toBe(first);
  });

  test('bytes are Buffers and bytearrays Uint8Arrays, with memory of their own', () => {
    const bytes = dumpsPython([Buffer.from('abc'), new Uint8Array([1, 2])]);
    const [buffer, array] = loadsPython(bytes) as [Buffer, Uint8Array];
    bytes.fill(0);
    expect(buffer).toStrictEqual(Buffer.from('abc'));
    expect(array).toStrictEqual(new Uint8Array([1, 2]));
  });

  test('exceptions are of the classes with the same name', () => {
    const expression =
      '[ValueError(), KeyError("k"), TypeError("t"), ZeroDivisionError("z", 1), Exception(1), OSError("o")]';
    for (const value of read(expression)) {
      const errors = value as (Error & { args: unknown[] })[];
      expect(errors.map(({ name, message }) => `${name}: ${message}`)).toEqual([
        'ValueError: ',
        "KeyError: 'k'",
        'TypeError: t',
        "ZeroDivisionError: ('z', 1)",
        'Error: 1',
        'OSError: o',
      ]);
      expect(errors[1]).toBeInstanceOf(KeyError);
      expect(errors[2]).toBeInstanceOf(TypeError);
      expect(errors[3]?.args).toEqual(['z', 1]);
      expect(errors[5]).toBeInstanceOf(OSError);
    }
  });

  test('an exception that heddle has no class for extends the next that it has', () => {
    for (const value of read(
      '[IndexError(""), StopIteration(3), SystemExit(2), KeyboardInterrupt(), UnicodeError("u")]',
    )) {
      const [index, stop, exit] = value as [Error, Error & { code: string }, SystemExit];
      expect(index).toBeInstanceOf(LookupError);
      expect(index.constructor.name).toBe('IndexError');
      expect(stop).toMatchObject({ name: 'StopIteration', code: 'ERR_PYTHON', message: '3' });
      expect(exit).toBeInstanceOf(SystemExit);
      expect(exit.exitCode).toBe(2);
    }
  });

  test('an OSError has its number and file, and the class of the number', () => {
    for (const value of read(
      '[FileNotFoundError(2, "No such file"), OSError(5, "io", "/file"), ConnectionResetError(104, "reset")]',
    )) {
      const [missing, io] = value as [FileNotFoundError, OSError];
      expect(missing).toBeInstanceOf(FileNotFoundError);
      expect(missing).toMatchObject({
        errno: 2,
        code: 'ENOENT',
        message: '[Errno 2] No such file',
      });
      expect(io).toMatchObject({ errno: 5, filename: '/file', message: "[Errno 5] io: '/file'" });
    }
  });

  test("errors of Python's modules are those of heddle's", () => {
    for (const value of read(
      '[queue.Empty(), queue.Full(), threading.BrokenBarrierError(), queue.Full("x")]',
    )) {
      expect((value as unknown[])[1]).toBeInstanceOf(Full);
      expect((value as unknown[])[2]).toBeInstanceOf(BrokenBarrierError);
    }
  });

  test('an error keeps the attributes that it had', () => {
    const error = loadsPython(
      pickle(
        '\x80\x04\x8c\x08builtins\x8c\x0aValueError\x93)R}(\x8c\x04noteK\x05\x8c\x05stackK\x06ub.',
      ),
    ) as Error & { note: number };
    expect(error.note).toBe(5);
    expect(error.stack).toContain('ValueError');
    expect(loadsPython(dumpsPython(error))).toMatchObject({ note: 5 });
  });

  test('a traceback of another process is the cause', () => {
    const bytes = pickle(
      '\x80\x04\x8c\x14multiprocessing.pool\x8c\x0brebuild_exc\x93',
      '\x8c\x08builtins\x8c\x0aValueError\x93\x8c\x01v\x85R\x8c\x03tb!\x86R.',
    );
    const error = loadsPython(bytes) as Error;
    expect(error.message).toBe('v');
    expect((error.cause as Error).stack).toContain('tb!');
  });

  test('an aware datetime is a Date; with exact it is described', () => {
    const expression =
      'datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=5), "five"))';
    for (const value of read(expression)) expect(value).toEqual(new Date('2024-01-01T19:00:00Z'));
    for (const value of read(expression, { exact: true })) {
      expect(String((value as PythonObject).type)).toBe('datetime.datetime');
    }
  });

  test('a datetime without a time zone is in that of the system', () => {
    for (const value of read(
      '[datetime.datetime(2024, 1, 2, 3, 4, 5, 678901), datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)]',
    )) {
      expect(value).toEqual([new Date(2024, 0, 2, 3, 4, 5, 678), new Date('0001-01-01T00:00:00Z')]);
    }
  });

  test('other types of plain data are described', () => {
    for (const value of read(
      '[decimal.Decimal("1.50"), decimal.Decimal("NaN"), fractions.Fraction(1, 3)]',
    )) {
      const [decimal] = value as PythonObject[];
      expect(decimal).toBeInstanceOf(PythonObject);
      expect([String(decimal?.type), decimal?.args]).toEqual(['decimal.Decimal', ['1.50']]);
    }
    for (const value of read('uuid.UUID(int=2**127 + 1)')) {
      expect((value as PythonObject).state).toEqual({ int: 2n ** 127n + 1n });
    }
    for (const value of read('[int, str, list, dict, ValueError]')) {
      expect((value as PythonGlobal[]).map(String)).toEqual([
        'builtins.int',
        'builtins.str',
        'builtins.list',
        'builtins.dict',
        'builtins.ValueError',
      ]);
    }
  });

  test('a deque is a Deque, an array.array a typed array', () => {
    for (const value of read('[collections.deque([1, 2]), collections.deque([3], 5)]')) {
      const [plain, bounded] = value as Deque[];
      expect(plain).toEqual(Deque.of(1, 2));
      expect([plain?.maxlen, bounded?.maxlen]).toEqual([null, 5]);
    }
    for (const value of read('[array.array(c, [1, 2]) for c in "bhHiIqQfd"]')) {
      expect((value as object[]).map((array) => array.constructor.name)).toEqual([
        'Int8Array',
        'Int16Array',
        'Uint16Array',
        'Int32Array',
        'Uint32Array',
        'BigInt64Array',
        'BigUint64Array',
        'Float32Array',
        'Float64Array',
      ]);
      expect((value as object[]).at(-1)).toEqual(new Float64Array([1, 2]));
    }
  });

  test('with exact, a whole float is a PyFloat', () => {
    for (const value of read(
      '[0.0, -0.0, 1.0, 1.5, -2.25, 1e300, 5e-324, float("inf"), -float("inf"), 1e16]',
      { exact: true },
    )) {
      expect((value as unknown[]).slice(0, 4)).toEqual([new PyFloat(0), -0, new PyFloat(1), 1.5]);
    }
  });

  test("findGlobal gives classes, with their state and __setstate__, and functions' results", () => {
    class Point {
      x?: number;
    }
    class Stack {
      items: unknown;
      __setstate__(state: unknown) {
        this.items = state;
      }
    }
    const options = {
      findGlobal: (module: string, name: string) => {
        if (module !== 'shapes') return undefined;
        return { Point, Stack, double: (x: number) => x * 2, Other: PythonObject }[name];
      },
    };
    const of = (name: string, rest: string) =>
      loadsPython(pickle(`\x80\x02cshapes\n${name}\n`, rest), options);
    const point = of('Point', ')\x81}X\x01\x00\x00\x00xK\x03sb.');
    expect(point).toBeInstanceOf(Point);
    expect(point).toEqual({ x: 3 });
    expect(of('Stack', ')\x81]K\x01ab.')).toEqual({ items: [1] });
    expect(of('double', 'K\x04\x85R.')).toBe(8);
    expect(of('Other', 'K\x04\x85R.')).toEqual(
      new PythonObject(new PythonGlobal('shapes', 'Other'), [4]),
    );
    expect(() => of('Unknown', '.')).toThrow("global 'shapes.Unknown' is forbidden");
  });

  test('an error of what findGlobal gives is the cause of an UnpicklingError', () => {
    const cause = new Error('no');
    const options = {
      findGlobal: () => () => {
        throw cause;
      },
    };
    expect(() => loadsPython(pickle('ca\nb\n)R.'), options)).toThrow(
      expect.objectContaining({ name: 'UnpicklingError', cause }),
    );
  });

  test('buffers of protocol 5 are those that were given', () => {
    const bytes = pickle(0x80, 5, 0x97, 0x98, 0x97, 0x86, '.');
    const buffers = [Buffer.from('a'), new Uint8Array([1])];
    expect(loadsPython(bytes, { buffers })).toEqual(Tuple.of(...buffers));
    expect(() => loadsPython(bytes)).toThrow('no *buffers* argument was given');
    expect(() => loadsPython(bytes, { buffers: [] })).toThrow('not enough out-of-band buffers');
  });

  test('what Python 2 wrote', () => {
    expect(loadsPython(pickle("(dS'a\\n\\x41'\np0\nL12L\ns."))).toEqual({ 'a\nA': 12 });
    expect(loadsPython(pickle('U\x02ab.'))).toBe('ab');
    expect(() => loadsPython(pickle('U\x01\xe9.'))).toThrow('not ASCII');
  });

  test('what follows the value is ignored', () => {
    expect(loadsPython(pickle(0x80, 4, 'K\x05.', 'rest'))).toBe(5);
  });

  test('wrong arguments are named', () => {
    expect(() => loadsPython('x' as unknown as Buffer)).toThrow(TypeError);
    expect(() => loadsPython(Buffer.from('N.'), { findClass: 1 } as object)).toThrow(
      "unknown option 'findClass'",
    );
    expect(() => loadsPython(Buffer.from('N.'), { exact: 1 } as object)).toThrow(
      'exact must be a boolean',
    );
    expect(() => loadsPython(Buffer.from('N.'), { findGlobal: 1 } as object)).toThrow(
      'findGlobal must be a function',
    );
    expect(() => loadsPython(Buffer.from('N.'), { buffers: 1 } as object)).toThrow(
      'buffers must be iterable',
    );
    expect(() => loadsPython(Buffer.alloc(0))).toThrow(UnpicklingError);
  });
});
