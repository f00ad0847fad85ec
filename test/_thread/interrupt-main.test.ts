import { ValueError } from 'heddle/errors';
import { describe, expect, test } from 'vitest';
import { interruptMain } from '../../dist/_thread/index.js';
import { runNode } from '../setup/children.js';

const _thread = new URL('../../dist/_thread/index.js', import.meta.url).href;

const run = (source: string) =>
  runNode([
    '--input-type=module',
    '-e',
    `import { interruptMain } from '${_thread}';
     import { constants } from 'node:os';
     import { Event, Lock, Thread } from 'heddle/threading';
     const { SIGINT, SIGTERM, SIGUSR2 } = constants.signals;
     const interrupt = async (signum) => {
       (await import('${_thread}')).interruptMain(signum);
     };
     const start = (signum) => {
       const thread = new Thread({ target: interrupt, args: [signum] });
       thread.start();
       return thread;
     };
     const listen = (name) => {
       let calls = 0;
       process.on(name, (...args) => {
         calls++;
         console.log(...args);
       });
       return async (times) => {
         while (calls < times) await tick();
       };
     };
     const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
     ${source}`,
  ]);

describe('interruptMain', () => {
  test('ends a blocking call of the main thread with a KeyboardInterrupt, once', async () => {
    const { stdout, stderr, code } = await run(`
      for (const wait of [() => new Event().wait(), () => { const l = new Lock(); l.acquire(); l.acquire({ timeout: 60 }); }]) {
        const thread = start(SIGINT);
        try {
          wait();
        } catch (error) {
          console.log(error.name);
        }
        thread.join();
      }
      await tick();
      console.log('goes on');
    `);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'KeyboardInterrupt\nKeyboardInterrupt\ngoes on\n',
      stderr: '',
      code: 0,
    });
  });

  test('a listener runs afterwards, as for a real signal', async () => {
    const { stdout, code } = await run(`
      const heard = listen('SIGINT');
      const thread = start(SIGINT);
      try {
        new Event().wait();
      } catch (error) {
        console.log(error.name);
      }
      await thread.joinAsync();
      await heard(1);
    `);
    expect({ stdout, code }).toEqual({ stdout: `KeyboardInterrupt\nSIGINT 2\n`, code: 0 });
  });

  test('a main thread that is not blocked calls its listeners on its loop', async () => {
    const { stdout, stderr, code } = await run(`
      const [int, term] = [listen('SIGINT'), listen('SIGTERM')];
      start(undefined);
      await int(1);
      start(SIGTERM);
      await term(1);
      interruptMain();
      console.log('not at once');
      await int(2);
    `);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'SIGINT 2\nSIGTERM 15\nnot at once\nSIGINT 2\n',
      stderr: '',
      code: 0,
    });
  });

  test('without a listener, SIGINT is an uncaught KeyboardInterrupt of the loop', async () => {
    const { stdout, stderr, code } = await run(`
      interruptMain();
      console.log('not at once');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    `);
    expect({ stdout, code }).toEqual({ stdout: 'not at once\n', code: 1 });
    expect(stderr).toMatch(/KeyboardInterrupt: interrupted by SIGINT/);
  });

  test('from the main thread itself it ends the next call that would block', async () => {
    const { stdout, stderr, code } = await run(`
      interruptMain();
      console.log(new Lock().acquire());
      try {
        new Event().wait();
      } catch (error) {
        console.log(error.name);
      }
      await tick();
    `);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'true\nKeyboardInterrupt\n',
      stderr: '',
      code: 0,
    });
  });

  test('does nothing for other signals that nobody listens to', async () => {
    const { stdout, code, signal } = await run(`
      for (const signum of [SIGTERM, SIGUSR2, 9, 64]) interruptMain(signum);
      await start(SIGTERM).joinAsync();
      console.log(new Event().wait(0.02));
      await tick();
    `);
    expect({ stdout, code, signal }).toEqual({ stdout: 'false\n', code: 0, signal: null });
  });

  test('refuses what is no number of a signal', () => {
    for (const signum of [-1, 0, 65, 1e9]) {
      expect(() => interruptMain(signum)).toThrow(ValueError);
      expect(() => interruptMain(signum)).toThrow('signal number out of range');
    }
    // @ts-expect-error: not a number
    expect(() => interruptMain('SIGINT')).toThrow(/signum must be an integer/);
    expect(() => interruptMain(1.5)).toThrow(TypeError);
  });
});
