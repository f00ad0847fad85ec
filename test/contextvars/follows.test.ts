// Which values the code sees that something else has started: what docs/differences.md says.
import { EventEmitter, once } from 'node:events';
import { ContextVar, copyContext } from 'heddle/contextvars';
import { describe, expect, test } from 'vitest';

const variable = new ContextVar('variable', { default: 'default' });
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A test in a context of its own, as asyncio runs a main coroutine. */
function testInContext(name: string, body: () => unknown): void {
  test(name, () => copyContext().run(body));
}

describe('await', () => {
  testInContext('what was set is still set after it', async () => {
    variable.set('before');
    await turn();
    expect(variable.get()).toBe('before');
  });

  testInContext('a token is good after it', async () => {
    const token = variable.set('set');
    await turn();
    expect(variable.get()).toBe('set');
    variable.reset(token);
    expect(variable.get()).toBe('default');
    await turn();
    expect(variable.get()).toBe('default');
  });

  testInContext('an async function sees what its caller has set', async () => {
    variable.set('caller');
    const read = async () => {
      await turn();
      return variable.get();
    };
    const reading = read();
    variable.set('later');
    expect(await reading).toBe('caller');
  });

  testInContext('what an async function sets before its first await, its caller sees', async () => {
    const fn = async () => {
      variable.set('early');
      await turn();
      variable.set('late');
      return variable.get();
    };
    expect(await fn()).toBe('late');
    expect(variable.get()).toBe('early');
  });

  testInContext('what it sets later, its caller does not see', async () => {
    const fn = async () => {
      await null;
      variable.set('late');
    };
    await fn();
    expect(variable.get()).toBe('default');
  });

  testInContext('two that set the same variable at once do not see each other', async () => {
    const fn = async (value: string) => {
      variable.set(value);
      const seen = [];
      for (let i = 0; i < 3; i++) {
        await turn();
        seen.push(variable.get());
      }
      return seen;
    };
    expect(await Promise.all([fn('a'), fn('b')])).toEqual([
      ['a', 'a', 'a'],
      ['b', 'b', 'b'],
    ]);
    // The synchronous parts ran here, one after the other.
    expect(variable.get()).toBe('b');
  });

  testInContext('by copyContext().run nothing reaches the caller, as by a task', async () => {
    const fn = async (value: string) => {
      variable.set(value);
      await turn();
      return variable.get();
    };
    const both = [copyContext().run(fn, 'a'), copyContext().run(fn, 'b')];
    expect(variable.get()).toBe('default');
    expect(await Promise.all(both)).toEqual(['a', 'b']);
    expect(variable.get()).toBe('default');
  });

  testInContext(
    'an async function in a context enters it until it returns its promise',
    async () => {
      const context = copyContext();
      const promise = context.run(async () => {
        variable.set('early');
        await turn();
        variable.set('late');
        expect(context.get(variable)).toBe('late');
        // It is left, so it can be entered again.
        expect(context.run(() => variable.get())).toBe('early');
        return variable.get();
      });
      expect(context.get(variable)).toBe('early');
      expect(await promise).toBe('late');
      expect(context.get(variable)).toBe('early');
    },
  );

  testInContext('a failed async function leaves the context as it was', async () => {
    const context = copyContext();
    const fail = async () => {
      variable.set('x');
      throw new Error('failed');
    };
    await expect(context.run(fail)).rejects.toThrow('failed');
    expect(variable.get()).toBe('default');
  });
});

describe('a callback sees what was set when it was given away, and keeps what it sets:', () => {
  const ways: Record<string, (callback: () => void) => void> = {
    setTimeout: (callback) => setTimeout(callback, 0),
    setImmediate,
    'process.nextTick': (callback) => process.nextTick(callback),
    queueMicrotask,
    'Promise.then': (callback) => Promise.resolve().then(callback),
    'Promise.catch': (callback) => Promise.reject(new Error()).catch(callback),
    'Promise.finally': (callback) => void Promise.resolve().finally(callback),
  };

  for (const [name, start] of Object.entries(ways)) {
    testInContext(name, async () => {
      variable.set('given');
      const seen = new Promise((resolve) => {
        start(() => {
          const value = variable.get();
          variable.set('callback');
          resolve(value);
        });
      });
      variable.set('later');
      expect(await seen).toBe('given');
      expect(variable.get()).toBe('later');
    });
  }

  testInContext('each round of setInterval, anew', async () => {
    variable.set('given');
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        seen.push(variable.get());
        if (seen.length < 3) return;
        clearInterval(timer);
        resolve();
      }, 0);
    });
    expect(seen).toEqual(['given', 'given', 'given']);
  });

  testInContext('who resolves the promise does not matter', async () => {
    variable.set('awaiter');
    const { promise, resolve } = withResolvers();
    const reading = promise.then(() => variable.get());
    copyContext().run(() => {
      variable.set('resolver');
      resolve();
    });
    expect(await reading).toBe('awaiter');
  });
});

describe('EventEmitter', () => {
  testInContext('a listener is called in the context of emit, and sets there', () => {
    const emitter = new EventEmitter();
    const seen: string[] = [];
    copyContext().run(() => {
      variable.set('listener');
      emitter.on('event', () => {
        seen.push(variable.get());
        variable.set('set by the listener');
      });
    });
    variable.set('emit');
    emitter.emit('event');
    expect(seen).toEqual(['emit']);
    expect(variable.get()).toBe('set by the listener');
  });

  testInContext('who awaits once() goes on in its own', async () => {
    const emitter = new EventEmitter();
    variable.set('awaiter');
    const waiting = once(emitter, 'event').then(() => variable.get());
    copyContext().run(() => {
      variable.set('emit');
      emitter.emit('event');
    });
    expect(await waiting).toBe('awaiter');
  });
});

describe('generators', () => {
  testInContext('a generator runs in the context of next, as in Python', () => {
    function* generate() {
      variable.set('generator');
      yield variable.get();
      yield variable.get();
    }
    const generator = generate();
    expect(generator.next().value).toBe('generator');
    expect(variable.get()).toBe('generator');
    variable.set('caller');
    expect(generator.next().value).toBe('caller');
  });

  testInContext('an async generator does so too, from each next to its next await', async () => {
    async function* generate() {
      yield variable.get();
      yield variable.get();
      await turn();
      yield variable.get();
    }
    const generator = generate();
    for (const value of ['first', 'second', 'third']) {
      variable.set(value);
      const next = generator.next();
      variable.set('later');
      expect((await next).value).toBe(value);
    }
  });

  testInContext('what it sets after an await of its own, its caller does not see', async () => {
    async function* generate() {
      await turn();
      variable.set('generator');
      yield variable.get();
    }
    variable.set('caller');
    for await (const value of generate()) {
      expect(value).toBe('generator');
      expect(variable.get()).toBe('caller');
    }
    expect(variable.get()).toBe('caller');
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
