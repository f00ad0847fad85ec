import { isDeepStrictEqual } from 'node:util';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { dumps, loads, PicklingError, transfer } from 'heddle/pickle';
import { Event, Lock, Thread } from 'heddle/threading';
import { afterAll, describe, expect, test } from 'vitest';
import {
  callIt,
  fillWith,
  give,
  isPoint,
  Point,
  Refused,
  setAfter,
  twice,
} from '../fixtures/values.js';
import { throughChannel } from './ways.js';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

function thereAndBack<T>(value: T): T {
  return pool.submit(give, value).result() as T;
}

describe('views of a SharedMemory', () => {
  test('write into the same memory from another thread', () => {
    using memory = new SharedMemory({ create: true, size: 64 });
    const buffer = memory.buf.buffer as ArrayBuffer;
    const floats = new Float64Array(buffer, 8, 2);
    expect(pool.submit(fillWith, floats, 1).result()).toEqual(['Float64Array', 8, 16]);
    expect(pool.submit(fillWith, memory.buf.subarray(40, 44), 2).result()).toEqual([
      'Buffer',
      40,
      4,
    ]);
    expect(pool.submit(fillWith, new DataView(buffer, 50, 2), 3).result()).toEqual([
      'DataView',
      50,
      2,
    ]);
    const bytes = [...memory.buf];
    expect(bytes.indexOf(1)).toBe(8);
    expect(bytes.lastIndexOf(1)).toBe(23);
    expect(bytes.filter((byte) => byte === 2)).toHaveLength(4);
    expect(bytes.filter((byte) => byte === 3)).toHaveLength(2);
  });

  test('are views of the memory that came with them', () => {
    using memory = new SharedMemory({ create: true, size: 64 });
    const buffer = memory.buf.buffer as ArrayBuffer;
    const copy = throughChannel({ view: new Int32Array(buffer, 4, 2), memory, buffer });
    expect(copy.view.buffer).toBe(copy.memory.buf.buffer);
    expect(copy.buffer).toBe(copy.view.buffer);
    expect(copy.buffer).not.toBe(buffer);
    copy.view[0] = 77;
    expect(new Int32Array(buffer)[1]).toBe(77);
    copy.memory.close();
    expect(copy.view.length).toBe(0);
  });

  test('go on to a third thread, and keep the memory', () => {
    const view = (() => {
      const memory = new SharedMemory({ create: true, size: 64 });
      return throughChannel(new Uint8Array(memory.buf.buffer as ArrayBuffer, 0, 3));
    })();
    pool.submit(fillWith, view, 9).result();
    expect([...view]).toEqual([9, 9, 9]);
  });

  test('are empty once it is closed', () => {
    const memory = new SharedMemory({ create: true, size: 64 });
    const view = new Int16Array(memory.buf.buffer as ArrayBuffer);
    memory.close();
    expect(throughChannel([view])[0]).toEqual(new Int16Array(0));
  });

  test('cannot be put into bytes', () => {
    using memory = new SharedMemory({ create: true, size: 64 });
    expect(() => dumps({ a: memory.buf })).toThrow(
      'value.a: a SharedMemory, which can only be handed to other threads',
    );
  });
});

describe('transfer', () => {
  test('gives a buffer away, when it is sent', () => {
    const bytes = new Uint8Array(1 << 20).fill(7);
    const marked = transfer(bytes);
    expect(bytes.length).toBe(1 << 20);
    const copy = throughChannel(marked);
    expect(isDeepStrictEqual(copy, new Uint8Array(1 << 20).fill(7))).toBe(true);
    expect(copy.buffer.byteLength).toBe(1 << 20);
    expect(bytes.length).toBe(0);
  });

  test('of all buffers in a value, or of some', () => {
    const [a, b] = [new Float64Array([1]), new Float64Array([2])];
    expect(throughChannel({ all: transfer({ a, list: [b] }) })).toEqual({
      all: { a: new Float64Array([1]), list: [new Float64Array([2])] },
    });
    expect([a.length, b.length]).toEqual([0, 0]);
    const [c, d] = [new Float64Array([1]), new Float64Array([2])];
    throughChannel(transfer([c, d], [d]));
    expect([c.length, d.length]).toEqual([1, 0]);
  });

  test('takes nothing away if the value cannot be sent', () => {
    const bytes = new Uint8Array(8);
    expect(() => throughChannel(transfer({ bytes, bad: Symbol('s') }))).toThrow(PicklingError);
    expect(() => dumps(transfer([bytes, Symbol('s')]))).toThrow(PicklingError);
    expect(bytes.length).toBe(8);
  });

  test('leaves shared memory and the pool of small Buffers', () => {
    using memory = new SharedMemory({ create: true, size: 64 });
    throughChannel(transfer([memory.buf, Buffer.from('abc')]));
    expect(memory.buf.length).toBe(64);
    expect(Buffer.from('def').toString()).toBe('def');
  });

  test('works with a thread pool, and with dumps', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(pool.submit(fillWith, transfer(bytes), 5).result()).toEqual(['Uint8Array', 0, 3]);
    expect(bytes.length).toBe(0);
    const more = new Uint8Array([1]);
    expect(loads(dumps(transfer(more)))).toEqual(new Uint8Array([1]));
    expect(more.length).toBe(0);
  });

  test('wants buffers', () => {
    expect(() => transfer({}, [1] as never)).toThrow('buffers must be an array of ArrayBuffers');
    const shared = new SharedArrayBuffer(1) as unknown as ArrayBuffer;
    expect(() => transfer({}, [shared])).toThrow(TypeError);
  });
});

describe('through a thread pool', () => {
  test('handles are shared, and one thing remains one', () => {
    const [lock, event] = [new Lock(), new Event()];
    const copy = thereAndBack({ lock, map: new Map([['event', event]]), again: [lock] });
    expect(copy.again[0]).toBe(copy.lock);
    copy.lock.acquire();
    expect(lock.locked()).toBe(true);
    event.set();
    expect(copy.map.get('event')?.isSet()).toBe(true);
  });

  test('a class by value comes back as the class that went', () => {
    class Local {
      constructor(readonly n: number) {}
    }
    const back = thereAndBack([new Local(1)]);
    expect(back[0]).toBeInstanceOf(Local);
    const [made] = pool
      .submit((one: Local) => [Reflect.construct(one.constructor, [5])], new Local(1))
      .result();
    expect(made).toBeInstanceOf(Local);
    expect(made.n).toBe(5);
  });

  test('all messages make instances of one class by value there, and functions come back whole', () => {
    const unit = { name: 'cm' };
    class Length {
      constructor(readonly n: number) {}
      toString() {
        return `${this.n} ${unit.name}`;
      }
    }
    const keep = (thing: object) => {
      const world = globalThis as { kept?: object[] };
      world.kept ??= [];
      world.kept.push(thing);
      return new Set(world.kept.map((one) => one.constructor)).size;
    };
    expect(pool.submit(keep, new Length(1)).result()).toBe(1);
    expect(pool.submit(keep, new Length(2)).result()).toBe(1);
    const made = thereAndBack([new Length(3), () => unit]);
    expect(`${made[0]}`).toBe('3 cm');
    expect((made[1] as () => unknown)()).toEqual(unit);
  });

  test('instances of exported classes are instances there', () => {
    expect(pool.submit(isPoint, new Point(1, 2)).result()).toBe(true);
    expect(thereAndBack(new Point(1, 2))).toBeInstanceOf(Point);
  });

  test('arguments of a module that only import() can load', async () => {
    const { late } = await import('../fixtures/delayed.js');
    expect(pool.submit(callIt, late, 1).result()).toBe('late 1');
    expect(pool.submit(callIt, twice, 2).result()).toBe(4);
    const event = new Event();
    const thread = new Thread({ target: setAfter, args: [late, event] });
    thread.start();
    thread.join();
    expect(event.isSet()).toBe(true);
  });

  test('arguments that cannot be rebuilt fail their task, or their thread, only', async () => {
    expect(() => pool.submit(twice, new Refused() as never).result()).toThrow('not here');
    expect(pool.submit(twice, 2).result()).toBe(4);
    const thread = new Thread({ target: twice, args: [new Refused() as never] });
    thread.start();
    thread.join();
    expect(thread.isAlive()).toBe(false);
  });

  test('large and small buffers in one message', () => {
    const value = {
      big: new Float64Array(100_000).fill(1.5),
      small: Buffer.from('x'),
      mid: Buffer.alloc(200_000, 1),
    };
    const copy = thereAndBack(value);
    expect(isDeepStrictEqual(copy, value)).toBe(true);
    expect(copy.big.buffer.byteLength).toBe(800_000);
  });
});
