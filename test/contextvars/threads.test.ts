import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { Thread } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import {
  exchange,
  exchangeLater,
  initialize,
  tell,
  tellLater,
  variable,
} from '../fixtures/context.js';

// Number 101 of conformance.md.
describe('a thread', () => {
  test.each([
    ['a function', tell],
    ['an async function', tellLater],
  ])('begins with an empty context, whatever ran before on its Worker: %s', (_, target) => {
    variable.set('main');
    const memory = new SharedMemory({ create: true, size: 64 });
    try {
      for (let run = 0; run < 4; run++) {
        const thread = new Thread({ target, args: [memory, `run ${run}`] });
        thread.start();
        thread.join();
        expect(memory.buf.toString('latin1').split('\0')[0]).toBe('empty');
      }
    } finally {
      memory.close();
      memory.unlink();
    }
    expect(variable.get()).toBe('main');
  });

  test('keeps its values from others: eight at once', () => {
    using pool = new ThreadPoolExecutor({ maxWorkers: 8 });
    const results = [...pool.map(exchangeLater, ['0', '1', '2', '3', '4', '5', '6', '7'])];
    expect(results).toEqual(
      ['0', '1', '2', '3', '4', '5', '6', '7'].map((value) => ['empty', value]),
    );
  });
});

describe('a task of an executor', () => {
  test('does not see the context of submit, nor what other tasks have set', () => {
    variable.set('main');
    using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const found = ['a', 'b', 'c'].map((value) => pool.submit(exchange, value).result());
    expect(found).toEqual(['empty', 'empty', 'empty']);
    expect([...pool.map(exchange, ['d', 'e'])]).toEqual(['empty', 'empty']);
  });

  test('sees what the initializer has set', () => {
    using pool = new ThreadPoolExecutor({
      maxWorkers: 1,
      initializer: initialize,
      initargs: ['initial'],
    });
    const found = ['a', 'b', 'c'].map((value) => pool.submit(exchange, value).result());
    expect(found).toEqual(['initial', 'initial', 'initial']);
  });
});
