import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { dumps, PicklingError } from 'heddle/pickle';
import { Event, Lock, Thread } from 'heddle/threading';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addon } from '../../dist/_native/index.js';
import { putValue } from '../../dist/pickle/index.js';

class Sealed {
  #inside = 1;
  read() {
    return this.#inside;
  }
}
class Opened extends Sealed {}
class OwnLock extends Lock {}
class Talker extends EventEmitter {}
class Loud {
  __reduce__(): unknown {
    return 'Loud';
  }
}
class Vague {
  __reduce__(): unknown {
    return ['vague', []];
  }
}
class Odd {
  __reduce__(): unknown {
    return [Map, 'ab'];
  }
}
/** Its arguments lead to it. */
class Ring {
  inner: unknown[] = [this];
  __reduce__(): unknown {
    return [Array, [this.inner]];
  }
}

const HINT = 'give the class a method `__reduce__`, or register a reducer';
const cases: [name: string, make: () => unknown, message: string][] = [
  ['a unique symbol', () => Symbol('s'), 'value: the unique symbol Symbol(s)'],
  ['within an object', () => ({ a: Symbol('s') }), 'value.a: the unique symbol Symbol(s)'],
  [
    'as a key of an instance',
    () => Object.assign(new Opened(), { [Symbol('k')]: 1 }),
    `value: an instance of class Opened with private fields of class Sealed; ${HINT}`,
  ],
  [
    'Socket',
    () => ({ config: { sockets: [0, new Socket()] } }),
    'value.config.sockets[1]: a Socket that is not connected, or closed',
  ],
  [
    'a stream',
    () => [new PassThrough()],
    'value[0]: an instance of the built-in class PassThrough',
  ],
  [
    'Promise',
    () => new Map([['k', Promise.resolve()]]),
    "value.get('k'): a promise, such as a Future or what an async function returns; send its result",
  ],
  [
    'in a key',
    () => new Map([[new WeakMap(), 1]]),
    'value (a key): an instance of the built-in class WeakMap',
  ],
  [
    'WeakSet',
    () => new Set([new WeakSet()]),
    'value (an element): an instance of the built-in class WeakSet',
  ],
  [
    'WeakRef',
    () => ({ 'a b': new WeakRef({}) }),
    "value['a b']: an instance of the built-in class WeakRef",
  ],
  [
    'AbortController',
    () => new AbortController(),
    'value: an instance of the built-in class AbortController',
  ],
  [
    'AsyncLocalStorage',
    () => [new AsyncLocalStorage()],
    'value[0]: an instance of the built-in class AsyncLocalStorage',
  ],
  [
    'a class that extends one of Node',
    () => [new Talker()],
    'value[0]: an instance of class Talker, which extends the built-in class EventEmitter',
  ],
  [
    'a generator',
    () => [(function* () {})()],
    'value[0]: an object whose prototype is not that of a class',
  ],
  [
    'an iterator',
    () => [[1][Symbol.iterator]()],
    'value[0]: an object whose prototype is not that of a class',
  ],
  [
    'an odd prototype',
    () => [Object.create({ a: 1 })],
    'value[0]: an object whose prototype is not that of a class',
  ],
  ['a Proxy of a Map', () => [new Proxy(new Map(), {})], 'value[0]: a Proxy'],
  [
    'a false Map',
    () => [Object.create(Map.prototype)],
    'value[0]: an object with the prototype of a built-in class, which it is no instance of',
  ],
  [
    'a boxed symbol',
    () => [Object(Symbol.iterator)],
    'value[0]: an instance of the built-in class Symbol',
  ],
  [
    'private fields',
    () => [new Sealed()],
    `value[0]: an instance of class Sealed with private fields; ${HINT}`,
  ],
  [
    'inherited private fields',
    () => [new Opened()],
    `value[0]: an instance of class Opened with private fields of class Sealed; ${HINT}`,
  ],
  [
    'SharedArrayBuffer',
    () => ({ memory: new SharedArrayBuffer(8) }),
    'value.memory: an instance of the built-in class SharedArrayBuffer; use the memory of a SharedMemory',
  ],
  [
    'a view of one',
    () => ({ view: new Int32Array(new SharedArrayBuffer(8)) }),
    'value.view: a SharedArrayBuffer; use the memory of a SharedMemory',
  ],
  [
    'a detached DataView',
    () => [detachedView()],
    'value[0]: a DataView whose ArrayBuffer is detached',
  ],
  [
    'a field of an error',
    () => Object.assign(new Error('e'), { socket: new Socket() }),
    'value.socket: a Socket that is not connected, or closed',
  ],
  [
    'the cause of an error',
    () => new Error('e', { cause: Promise.resolve() }),
    'value.cause: a promise, such as a Future or what an async function returns; send its result',
  ],
  [
    'a part of an AggregateError',
    () => new AggregateError([1, Symbol('x')]),
    'value.errors[1]: the unique symbol Symbol(x)',
  ],
  [
    'an executor',
    () => [new ThreadPoolExecutor()],
    'value[0]: a ThreadPoolExecutor stays in the thread that made it; make one there',
  ],
  [
    'a Thread',
    () => [new Thread({ target: Math.max })],
    'value[0]: a Thread stays in the thread that made it',
  ],
  [
    'a class that extends one of heddle',
    () => [new OwnLock()],
    "value[0]: an instance of class OwnLock, which extends heddle's class Lock",
  ],
  [
    'a native function',
    () => [resolver()],
    'value[0]: function (anonymous) cannot travel: it is a native function',
  ],
  [
    'a reducer that returns no array',
    () => [new Loud()],
    "value[0]: its reducer must return an array, not type string ('Loud')",
  ],
  [
    'a reducer without a function',
    () => [new Vague()],
    "value[0]: its reducer must return a function or class first, not type string ('vague')",
  ],
  [
    'a reducer without arguments',
    () => [new Odd()],
    "value[0]: its reducer must return an array second, not type string ('ab')",
  ],
  [
    "a cycle through a reducer's arguments",
    () => ({ ring: new Ring() }),
    'value.ring: the arguments of its reducer lead to it again',
  ],
  [
    'what a function captured',
    () => capturing(),
    'function job → config.sockets[1]: a Socket that is not connected, or closed',
  ],
  [
    'within a value',
    () => ({ jobs: [capturing()] }),
    'value.jobs[0]: function job → config.sockets[1]: a Socket that is not connected, or closed',
  ],
  ['what is too deep', () => chain(200_000), 'the value is nested too deeply'],
];

describe('what cannot travel is a PicklingError that names its path', () => {
  test.each(cases)('%s', (_, make, message) => {
    const value = make();
    const channel = addon.createChannel(false, 0);
    for (const send of [() => putValue(channel, value, 0, 0, 0), () => dumps(value)]) {
      const error = errorOf(send);
      expect(error).toBeInstanceOf(PicklingError);
      // Why a native function cannot is for others to tell.
      const isWhole = !message.includes('native function');
      expect(isWhole ? error.message : error.message.slice(0, message.length)).toBe(message);
    }
    expect(channel.size).toBe(0);
  });

  test('a Future', () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    onTestFinished(() => pool.shutdown());
    const future = pool.submit(Math.max, 1);
    const hint =
      'value.future: a promise, such as a Future or what an async function returns; send its result';
    expect(errorOf(() => dumps({ future })).message).toBe(hint);
    expect(future.result()).toBe(1);
  });

  test.each([
    ['Lock', () => new Lock()],
    ['Event', () => new Event()],
    ['SharedMemory', () => new SharedMemory({ create: true, size: 8 })],
  ])('%s, in bytes that anybody may read', (name, make) => {
    const message = `value.it: a ${name}, which can only be handed to other threads`;
    expect(errorOf(() => dumps({ it: make() })).message).toBe(message);
  });
});

function errorOf(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

function chain(length: number): object {
  let end: object = { end: 1n };
  for (let i = 0; i < length; i++) end = { end };
  return end;
}

function capturing(): unknown {
  const config = { sockets: [0, new Socket()] };
  return function job() {
    return config.sockets.length;
  };
}

function resolver(): unknown {
  let found: unknown;
  new Promise((resolve) => {
    found = resolve;
  });
  return found;
}

function detachedView(): DataView {
  const view = new DataView(new ArrayBuffer(8));
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}
