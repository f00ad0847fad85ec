import { loadsPython, UnpicklingError } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import { little, pickle } from './bytes.js';
import { fuzz, PICKLES } from './fuzz.js';

const LIST = '\x8c\x08builtins\x8c\x04list\x93';

describe('loadsPython refuses', () => {
  test.each([
    ['nothing', pickle(), 'Ran out of input'],
    [
      'a function of the system',
      pickle("cos\nsystem\n(S'id'\ntR."),
      "global 'os.system' is forbidden",
    ],
    ['eval', pickle('c__builtin__\neval\n.'), "global 'builtins.eval' is forbidden"],
    [
      'getattr',
      pickle(0x80, 4, '\x8c\x08builtins\x8c\x07getattr\x93.'),
      "'builtins.getattr' is forbidden",
    ],
    [
      'names with dots',
      pickle(0x80, 4, '\x8c\x08builtins\x8c\x0dlist.__init__\x93.'),
      'is forbidden',
    ],
    [
      'names of JavaScript',
      pickle('cObject\nconstructor\n.'),
      "global 'Object.constructor' is forbidden",
    ],
    ['a global that is no str', pickle(0x80, 4, 'NN\x93.'), 'STACK_GLOBAL requires str'],
    ['a call of a value', pickle(0x80, 4, 'K\x01)R.'), 'type number (1) is not callable'],
    [
      'a call of a type that is a value only',
      pickle('c__builtin__\nint\n)R.'),
      "calling 'builtins.int' is forbidden",
    ],
    ['arguments that are no tuple', pickle(LIST, ']R.'), 'arguments must be a tuple'],
    ['persistent IDs', pickle('Pid\n.'), 'persistent IDs are refused'],
    ['persistent IDs on the stack', pickle('NQ.'), 'persistent IDs are refused'],
    ['extension codes', pickle('\x82\x01.'), 'extension codes are refused'],
    ['an unknown opcode', pickle('\xff.'), "invalid load key, '\\xff'."],
    ['text', pickle('{"json": 1}'), "invalid load key, '{'."],
    ['another protocol', pickle(0x80, 6, 'N.'), 'unsupported pickle protocol: 6'],
    ['a pickle without an end', pickle('N'), 'pickle data was truncated'],
    ['an end without a value', pickle('.'), 'unpickling stack underflow'],
    ['a mark for a value', pickle('(.'), 'unexpected MARK found'],
    ['a tuple without its mark', pickle('t.'), 'could not find MARK'],
    ['a tuple of what is below the mark', pickle('N(\x85.'), 'unexpected MARK found'],
    ['an odd number of items', pickle('}(Nu.'), 'odd number of items for SETITEMS'],
    ['items of what has none', pickle('N(NNu.'), 'cannot set items of null'],
    ['to append to what is no list', pickle('}Na.'), 'cannot append to an instance of Object'],
    ['to append to a tuple', pickle(')Na.'), 'cannot append to an instance of Tuple'],
    ['to add to what is no set', pickle('](N\x90.'), 'cannot add to an instance of Array'],
    ['state for a list', pickle(']}b.'), 'an instance of Array has no state'],
    ['state for a class', pickle(LIST, '}b.'), 'has no state'],
    ['what was not memoized', pickle('h\x05.'), 'Memo value not found at index 5'],
    ['an index that is no number', pickle('gx\n.'), "not an integer: 'x'"],
    ['a huge index', pickle('Nr', little(0xffff_ffff), '.'), 'no index of the memo'],
    ['a negative length', pickle('\x8b', little(0xffff_ffff), '.'), 'negative byte count'],
    ['an int of text without end', pickle('I12'), 'pickle data was truncated'],
    [
      'an int of too many digits',
      pickle(`I${'9'.repeat(5000)}\n.`),
      'Exceeds the limit (4300 digits)',
    ],
    ['a float that is none', pickle('F1.0x\n.'), 'could not convert string to float'],
    ['a str that is not UTF-8', pickle('\x8c\x02\xc3\x28.'), 'a str is not UTF-8'],
    ['a str with half a surrogate', pickle('\x8c\x02\xed\xa0.'), 'a str is not UTF-8'],
    ['a STRING without quotes', pickle('Sabc\n.'), 'must be quoted'],
    [
      '_reconstructor of another base',
      pickle('ccopy_reg\n_reconstructor\n(c__builtin__\nlist\nc__builtin__\nlist\n(ltR.'),
      'extends a built-in one',
    ],
    [
      'bytes of a number',
      pickle('c__builtin__\nbytearray\n(J\xff\xff\xff\x7ftR.'),
      'bytes of something else',
    ],
    [
      'a frame beyond the end',
      pickle(0x80, 4, 0x95, little(100, 8), 'N.'),
      'pickle data was truncated',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => loadsPython(bytes)).toThrow(UnpicklingError);
    expect(() => loadsPython(bytes)).toThrow(message);
  });

  test.each([
    ['BINUNICODE', 'X', little(0xffff_fff0)],
    ['BINUNICODE8', '\x8d', Buffer.alloc(8, 0x7f)],
    ['BINBYTES', 'B', little(0xffff_fff0)],
    ['BINBYTES8', '\x8e', Buffer.alloc(8, 0xff)],
    ['BYTEARRAY8', '\x96', Buffer.from([0, 0, 0, 0, 0, 0, 1, 0])],
    ['LONG4', '\x8b', little(0x7fff_ffff)],
    ['SHORT_BINBYTES', 'C', Buffer.from([200])],
  ])('a length of %s that is not there, without memory for it', (_, code, length) => {
    const { arrayBuffers } = process.memoryUsage();
    expect(() => loadsPython(pickle(code, length, 'abc.'))).toThrow('pickle data was truncated');
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(1 << 20);
  });

  test('a list that is copied again and again', () => {
    // One list of 100,000, and 100,000 calls of list() with it.
    const many = pickle(']\x94(', Buffer.alloc(100_000, 'N'), 'e');
    const copies = Buffer.from('h\x01h\x00\x85R0'.repeat(100_000), 'latin1');
    const bytes = pickle(0x80, 4, many, LIST, '\x94', copies, '.');
    expect(() => loadsPython(bytes)).toThrow('copies far more than its bytes can hold');
  });

  test('a call with more arguments than the stack of a call takes', () => {
    const bytes = pickle(0x80, 4, 'ca\nb\n(', Buffer.alloc(1_000_000, 'N'), 'tR.');
    const findGlobal = () => () => ({});
    expect(() => loadsPython(bytes, { findGlobal })).toThrow('too many arguments of a call');
  });

  test('every pickle that is cut', () => {
    const read = PICKLES.flatMap(({ bytes }) =>
      [...bytes.keys()].filter((length) => !isRefused(bytes.subarray(0, length))),
    );
    expect(read).toEqual([]);
  });
});

function isRefused(bytes: Buffer): boolean {
  try {
    loadsPython(bytes);
    return false;
  } catch (error) {
    return error instanceof UnpicklingError;
  }
}

describe('loadsPython bears', () => {
  test('a million lists in each other', () => {
    const depth = 1_000_000;
    const bytes = pickle(0x80, 4, Buffer.alloc(depth, ']'), Buffer.alloc(depth - 1, 'a'), '.');
    let value = loadsPython(bytes) as unknown[];
    let count = 1;
    for (; value.length > 0; count++) value = value[0] as unknown[];
    expect(count).toBe(depth);
  });

  test('a dict that becomes a Map far inside itself', () => {
    const depth = 100_000;
    const bytes = pickle(
      '}\x94K\x01',
      Buffer.alloc(depth, ']'),
      'h\x00',
      Buffer.alloc(depth, 'a'),
      's.',
    );
    const dict = loadsPython(bytes) as Map<unknown, unknown>;
    let value = dict.get(1) as unknown[];
    for (let i = 1; i < depth; i++) value = value[0] as unknown[];
    expect(value[0]).toBe(dict);
  });

  test('what is doubled again and again', () => {
    const bytes = pickle(0x80, 4, ']', Buffer.from('2\x86'.repeat(10_000), 'latin1'), '.');
    let value: unknown = loadsPython(bytes);
    for (let i = 0; i < 10_000; i++) value = (value as unknown[])[0];
    expect(value).toEqual([]);
  });

  test('a million backslashes', () => {
    const text = '\\'.repeat(1_000_000);
    expect(loadsPython(pickle(`V${text}\n.`))).toBe(text);
  });

  test('keys that plain objects have meanings for', () => {
    const value = loadsPython(
      pickle(0x80, 4, '}(\x8c\x09__proto__}\x8c\x05admin\x88s\x8c\x0bconstructorNu.'),
    ) as Record<string, unknown>;
    expect(value.admin).toBeUndefined();
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  test('bytes that were changed at random, as a value or an UnpicklingError', () => {
    for (const seed of [1, 2, 3]) expect(fuzz(seed, (round) => round < 5000)).toEqual([]);
  });
});
