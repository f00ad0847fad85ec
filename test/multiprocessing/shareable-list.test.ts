import { inspect } from 'node:util';
import { AssertionError, FileNotFoundError, IndexError, ValueError } from 'heddle/errors';
import { Process } from 'heddle/multiprocessing';
import { type Shareable, ShareableList, SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread } from 'heddle/threading';
import { afterEach, describe, expect, test } from 'vitest';
import { endChildrenAfterEach } from '../setup/processes.js';

endChildrenAfterEach();

const lists: ShareableList[] = [];
function make(items: Iterable<Shareable>): ShareableList {
  const list = new ShareableList(items);
  lists.push(list);
  return list;
}
afterEach(() => {
  for (const { shm } of lists.splice(0)) shm.close();
});

const ITEMS = [1, 2.5, true, false, null, 'tweed', Buffer.from('warp'), 2n ** 60n, -7, ''];

describe('ShareableList', () => {
  test('holds items of all its types', () => {
    const list = make(ITEMS);
    expect(list.length).toBe(ITEMS.length);
    expect([...list]).toEqual(ITEMS);
    expect([list.get(0), list.get(-1), list.get(-10)]).toEqual([1, '', 1]);
    expect(list.format).toBe('qdxxxxxxx?xxxxxxx?xxxxxx?x8s8sqq8s');
  });

  test('may be empty', () => {
    const list = make([]);
    expect([list.length, [...list], list.format, list.shm.size]).toEqual([0, [], '', 16]);
    expect(make(new Set<Shareable>()).length).toBe(0);
  });

  test('replaces items, also by those of other types', () => {
    const list = make(['text', 5, null]);
    list.set(0, 7);
    list.set(1, 'éé');
    list.set(-1, Buffer.from([1, 2]));
    expect([...list]).toEqual([7, 'éé', Buffer.from([1, 2])]);
    expect(list.format).toBe('q8s8s');
    list.set(1, 1.5);
    expect(list.get(1)).toBe(1.5);
    list.set(0, 'longtext');
    expect(list.get(0)).toBe('longtext');
    list.set(0, 'x');
    expect(list.get(0)).toBe('x');
  });

  test('keeps text in its room', () => {
    const list = make(['1234567', 'é'.repeat(7), 1]);
    list.set(0, '12345678');
    expect(() => list.set(0, '123456789')).toThrow(
      new ValueError('bytes/str item exceeds available storage'),
    );
    expect(() => list.set(2, Buffer.alloc(9))).toThrow(ValueError);
    expect([...list]).toEqual(['12345678', 'é'.repeat(7), 1]);
  });

  test('loses NULs at the end, as CPython does', () => {
    expect(make(['a\0b\0\0', Buffer.from([0, 1, 0])]).get(0)).toBe('a\0b');
    expect(make([Buffer.from([0, 1, 0])]).get(0)).toEqual(Buffer.from([0, 1]));
  });

  test('knows numbers that are ints from those that are not', () => {
    const numbers = [-0, 2 ** 53, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 0.1];
    const list = make(numbers);
    expect(list.format).toBe('dddddd');
    expect([...list]).toEqual(numbers);
    expect([...make([2n ** 53n, 5n, -(2n ** 63n)])]).toEqual([2n ** 53n, 5, -(2n ** 63n)]);
  });

  test('refuses what it cannot hold', () => {
    for (const item of [undefined, [], {}, Symbol.iterator, () => 1]) {
      expect(() => new ShareableList([item as never])).toThrow(TypeError);
    }
    expect(() => new ShareableList([2n ** 63n])).toThrow(
      "'q' format requires -9223372036854775808 <= number <= 9223372036854775807",
    );
    expect(() => new ShareableList(['x'.repeat(10 ** 7)])).toThrow(AssertionError);
    expect(() => new ShareableList(5 as never)).toThrow(TypeError);
    expect(() => new ShareableList([], { size: 1 } as never)).toThrow(/unknown option 'size'/);
  });

  test('has no items beyond its ends', () => {
    const list = make([1, 2]);
    for (const position of [2, -3]) {
      expect(() => list.get(position)).toThrow(new IndexError('index out of range'));
      expect(() => list.set(position, 1)).toThrow(new IndexError('assignment index out of range'));
    }
    expect(() => list.get(0.5)).toThrow(TypeError);
  });

  test('counts and finds items', () => {
    const list = make([1, 'a', 1, Buffer.from('a'), 2n ** 60n, null]);
    expect([list.count(1), list.count(1n), list.count('b'), list.count(null)]).toEqual([
      2, 2, 0, 1,
    ]);
    expect([list.index('a'), list.index(Buffer.from('a')), list.index(2n ** 60n)]).toEqual([
      1, 3, 4,
    ]);
    expect(() => list.index(7)).toThrow(new ValueError('7 not in this container'));
  });

  test('attaches by name, and is gone with it', () => {
    const list = make(['a', 1]);
    const other = new ShareableList(null, { name: list.shm.name });
    lists.push(other);
    other.set(1, 2);
    expect([...list]).toEqual(['a', 2]);
    list.shm.unlink();
    expect(() => new ShareableList(null, { name: list.shm.name })).toThrow(FileNotFoundError);
  });

  test('does not take any memory for a list', () => {
    for (const words of [
      [2n],
      [1n, 0n, 8n],
      [-1n, 0n],
      [2n ** 62n],
      [1n, 0n, 2n ** 40n, 0n, 0n, 0n],
    ]) {
      using memory = new SharedMemory({ create: true, size: 8 + words.length * 8 });
      words.forEach((word, i) => {
        memory.buf.writeBigInt64LE(word, i * 8);
      });
      const attach = () => new ShareableList(null, { name: memory.name });
      expect(attach).toThrow(new ValueError('the memory holds no ShareableList'));
      memory.unlink();
    }
  });

  test('is of no use when its memory is closed', () => {
    const list = make([1]);
    list.shm.close();
    expect(() => list.get(0)).toThrow(ValueError);
    expect(() => list.set(0, 1)).toThrow(ValueError);
    expect(inspect(list)).toBe('ShareableList((closed))');
    expect(inspect(make([1, 'a']))).toBe("ShareableList([ 1, 'a' ])");
  });

  test('is shared with threads and processes', () => {
    const list = make([0, 'text']);
    const target = (shared: ShareableList) => {
      shared.set(0, Number(shared.get(0)) + 1);
      shared.set(1, 'seen');
    };
    for (const party of [
      new Thread({ target, args: [list] }),
      new Process({ target, args: [list], daemon: true }),
    ]) {
      party.start();
      party.join();
    }
    expect([...list]).toEqual([2, 'seen']);
  });
});
