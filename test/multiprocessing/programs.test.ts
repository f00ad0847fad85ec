// What processes do that shows only from outside of the program that starts them.
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runNode } from '../setup/children.js';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/processes/${name}`, import.meta.url));

const run = (source: string, ...options: string[]) =>
  runNode([
    ...options,
    '--input-type=module',
    '-e',
    `import { Event, Process, currentProcess } from 'heddle/multiprocessing';\n${source}`,
  ]);

describe('a program with processes', () => {
  test('shows what a child writes while the main thread is blocked', async () => {
    const { stdout, stderr, code } = await run(`
      import { writeSync } from 'node:fs';
      const said = new Event();
      const target = (event) => { console.log('child'); console.error('oops'); event.set(); };
      const child = new Process({ target, args: [said] });
      child.start();
      said.wait();
      writeSync(1, 'main\\n');
    `);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'child\nmain\n',
      stderr: 'oops\n',
      code: 0,
    });
  });

  test('gets all that a child writes before its end, and keeps long lines whole', async () => {
    const { stdout, code } = await run(`
      const say = (letter) => { for (let i = 0; i < 20; i++) console.log(letter.repeat(2000)); };
      const children = ['a', 'b'].map((letter) => new Process({ target: say, args: [letter] }));
      for (const child of children) child.start();
      for (const child of children) child.join();
    `);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(40);
    for (const line of lines) expect(line).toMatch(/^(a{2000}|b{2000})$/);
  });

  test('reports what a child throws, whose exit code is 1', async () => {
    const { stdout, stderr, code } = await run(`
      const boom = () => { throw new TypeError('in the child'); };
      const late = async () => { throw new RangeError('later'); };
      const odd = () => { throw 'no error'; };
      const timer = () => void setTimeout(() => { throw new Error('from a timer'); });
      for (const target of [boom, late, odd, timer]) {
        const child = new Process({ target });
        child.start();
        child.join();
        console.log(child.exitcode);
      }
    `);
    expect(stderr).toMatch(/Process Process-1:\nTypeError: in the child\n {4}at .*boom/);
    expect(stderr).toMatch(/Process Process-2:\nRangeError: later\n {4}at .*late/);
    expect(stderr).toMatch(/Process Process-3:\nno error\n/);
    expect(stderr).toMatch(/Error: from a timer\n/);
    expect({ stdout, code }).toEqual({ stdout: '1\n1\n1\n1\n', code: 0 });
  });

  test('may be run with options of Node and V8, and with hooks, which its children take over', async () => {
    const { stdout, stderr, code } = await run(
      `
      const target = () => {
        const depth = new Error().stack.split('\\n').length - 1;
        console.log(typeof gc, globalThis.preloaded, Error.stackTraceLimit, depth);
      };
      const child = new Process({ target });
      child.start();
      child.join();
      target();
    `,
      '--expose-gc',
      '--stack-trace-limit=1',
      '--import=data:text/javascript,globalThis.preloaded="yes"',
    );
    const line = 'function yes 1 1\n';
    expect({ stdout, stderr, code }).toEqual({ stdout: line + line, stderr: '', code: 0 });
  });

  test('and loaders: what only they can read is read in children, too', async () => {
    const { stdout, stderr, code } = await runNode([
      '--no-warnings',
      '--import',
      fixture('loader.js'),
      fixture('typed-entry.ts'),
    ]);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'YES!\nSUBCLASS!\n0 0\n',
      stderr: '',
      code: 0,
    });
  });

  test('can have classes of processes in its entry', async () => {
    const { stdout, stderr, code } = await runNode([fixture('subclass-entry.js')]);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'measure: 7 ells\n0 measure\n',
      stderr: '',
      code: 0,
    });
  });

  test('gives its children its arguments, its environment and its directory', async () => {
    const { stdout } = await run(
      `
      process.env.LOOM = 'here';
      process.chdir('/usr');
      const target = () => console.log(process.argv.slice(1), process.env.LOOM, process.cwd());
      const child = new Process({ target });
      child.start();
      child.join();
      target();
    `,
    );
    const [inChild, here] = stdout.trimEnd().split('\n');
    expect(inChild).toBe(here);
    expect(inChild).toContain('here /usr');
  });

  test('waits for its children at the end, but not for daemons, which end with it', async () => {
    const { stdout, code } = await run(`
      const wait = async (ms) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        console.log('waited ' + ms);
      };
      new Process({ target: wait, args: [60_000], daemon: true }).start();
      new Process({ target: wait, args: [100] }).start();
      process.on('exit', () => console.log('exit'));
    `);
    expect({ stdout, code }).toEqual({ stdout: 'waited 100\nexit\n', code: 0 });
  });

  test('waits for children that a thread or a Worker has started', async () => {
    const { stdout, code } = await run(`
      import { Thread } from 'heddle/threading';
      import { Worker } from 'node:worker_threads';
      const start = (name) => {
        const target = async (name) => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          console.log(name);
        };
        new Process({ target, args: [name] }).start();
      };
      const thread = new Thread({ target: start, args: ['of a thread'] });
      thread.start();
      thread.join();
      const worker = \`
        import { Process } from 'heddle/multiprocessing';
        (\${start})('of a Worker');
      \`;
      new Worker(worker, { eval: true });
      process.on('exit', () => console.log('exit'));
    `);
    const lines = stdout.trimEnd().split('\n');
    expect({ code, last: lines.pop() }).toEqual({ code: 0, last: 'exit' });
    expect(lines.sort()).toEqual(['of a Worker', 'of a thread']);
  });

  test('and a closed standard input has children like others', async () => {
    const { stdout, code } = await run(`
      import { closeSync } from 'node:fs';
      closeSync(0);
      const child = new Process({ target: () => console.log('child') });
      child.start();
      child.join();
      console.log(child.exitcode);
    `);
    expect({ stdout, code }).toEqual({ stdout: 'child\n0\n', code: 0 });
  });
});

describe('a crash while a process starts says why', () => {
  const crash = (what: string) =>
    runNode(['--import', fixture('throws-in-children.js'), fixture('says-why.js'), what]);

  test('of a Process: on its standard error, and the exit code is 1', async () => {
    const { stdout, stderr, code } = await crash('process');
    expect(stderr).toContain('Error: the loom is broken');
    expect({ stdout, code }).toEqual({ stdout: '1\n', code: 0 });
  });

  test('of a pool: everything fails at once with the exit code', async () => {
    const { stdout, stderr, code } = await crash('pool');
    expect(stderr).toContain('Error: the loom is broken');
    const line =
      'BrokenProcessPool A child process terminated abruptly, ' +
      'the process pool is not usable anymore (with exit code 1)\n';
    expect({ stdout, code }).toEqual({
      stdout: `${line}${line}BrokenProcessPool\nshut down\n`,
      code: 0,
    });
  });
});
