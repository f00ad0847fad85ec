import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runNode, track } from '../setup/children.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const main = join(examples, 'report/main.js');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-report-'));
  chmodSync(root, 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  const whole = join(root, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, content);
}

function report(...args: string[]) {
  return runNode([main, '--runs', '1', ...args]);
}

/** What stands behind a label in the report. */
function line(stdout: string, label: string): string | undefined {
  return new RegExp(`^${label} +(.*)$`, 'm').exec(stdout)?.[1];
}

describe('the report', () => {
  test('is the same in every way, and right', async () => {
    write('a.txt', 'One two, TWO three; three three');
    write('deep/er/b.txt', 'Été été ÉTÉ—three');
    write('binary', new Uint8Array([0, 0x74, 0x77, 0x6f, 0xff]));
    const { stdout, code } = await report(root);

    expect(stdout).toContain('All reports are equal.');
    expect(code).toBe(0);
    expect(line(stdout, 'files')).toBe('3');
    expect(line(stdout, 'words')).toBe('three 4, été 3, two 2, one 1');
    expect(line(stdout, 'octets')).toMatch(/^'e' \d+, /);
    const names = ['a.txt', 'binary', 'deep/er/b.txt'].map((name) => join(root, name));
    const sums = execFileSync('sha256sum', names);
    expect(line(stdout, 'digest')).toBe(createHash('sha256').update(sums).digest('hex'));
    expect(stdout).toMatch(/^one thread +[\d.]+ s +[\d.]+ s +1\.00$/m);
    expect(stdout).toMatch(/^ThreadPoolExecutor +[\d.]+ s +[\d.]+ s +[\d.]+$/m);
    expect(stdout).toMatch(/^ProcessPoolExecutor +[\d.]+ s +[\d.]+ s +[\d.]+$/m);
  });

  test('counts words across the borders of pieces', async () => {
    const words = 300_000;
    write('big.txt', 'naïve Word, '.repeat(words));
    write('one-run.txt', 'x'.repeat(2 * (1 << 20)));
    const { stdout, code } = await report(root);
    expect(code).toBe(0);
    // What is longer than a piece is cut: there are two such.
    const long = 'x'.repeat(1 << 20);
    expect(line(stdout, 'words')).toBe(`naïve ${words}, word ${words}, ${long} 2`);
  });

  test('of an empty directory is empty', async () => {
    const { stdout, code } = await report(root);
    expect(line(stdout, 'files')).toBe('0');
    expect(stdout).toContain('All reports are equal.');
    expect(code).toBe(0);
  });

  test('does not follow symbolic links', async () => {
    write('a.txt', 'alpha');
    symlinkSync(root, join(root, 'loop'));
    symlinkSync(join(root, 'a.txt'), join(root, 'link'));
    const { stdout, code } = await report(root);
    expect(line(stdout, 'files')).toBe('1');
    expect(code).toBe(0);
  });

  test.runIf(process.platform === 'linux')('names what cannot be read, and skips it', async () => {
    write('good.txt', 'good');
    write('secret.txt', 'secret');
    write('closed/inner.txt', 'inner');
    chmodSync(join(root, 'secret.txt'), 0);
    chmodSync(join(root, 'closed'), 0);
    const { stdout, code } = await unprivileged([main, '--runs', '1', root]);
    expect(stdout).toContain(`skipped ${join(root, 'secret.txt')}: EACCES`);
    expect(stdout).toContain(`skipped ${join(root, 'closed')}: EACCES`);
    expect(line(stdout, 'files')).toBe('1');
    expect(line(stdout, 'words')).toBe('good 1');
    expect(stdout).toContain('All reports are equal.');
    expect(code).toBe(0);
  });

  test('names a file that has vanished before the clock ran', async () => {
    write('stays.txt', 'stays');
    write('goes.txt', 'goes');
    const { stdout, code } = await runScript(`
      import { rmSync } from 'node:fs';
      const [single, ...pools] = ways;
      const early = before(single, () => rmSync(${JSON.stringify(join(root, 'goes.txt'))}));
      process.exitCode = await runJob(${JSON.stringify(root)}, { ways: [early, ...pools], workers: 2, runs: 1 }) ? 0 : 1;
    `);
    expect(stdout).toContain(`skipped ${join(root, 'goes.txt')}: ENOENT`);
    expect(line(stdout, 'files')).toBe('1');
    expect(code).toBe(0);
  });

  test('names a file that was changed between two ways', async () => {
    write('a.txt', 'alpha');
    const path = JSON.stringify(join(root, 'a.txt'));
    const { stdout, code } = await runScript(`
      import { writeFileSync } from 'node:fs';
      const [single, pool] = ways;
      const late = before(pool, () => writeFileSync(${path}, 'beta'));
      process.exitCode = await runJob(${JSON.stringify(root)}, { ways: [single, late], workers: 2, runs: 1 }) ? 0 : 1;
    `);
    expect(stdout).toContain('THE REPORTS DIFFER.');
    expect(stdout).toContain(`changed in the meantime: ${join(root, 'a.txt')}`);
    expect(code).toBe(1);
  });

  test('fails with status 1 if a way comes to something else', async () => {
    write('a.txt', 'alpha');
    const { stdout, code } = await runScript(`
      const wrong = {
        name: 'wrong',
        open() {
          const right = ways[0].open();
          async function* run(work) {
            for await (const part of right.run(work)) yield { ...part, words: 'omega' };
          }
          return { ...right, run };
        },
      };
      process.exitCode = await runJob(${JSON.stringify(root)}, { ways: [...ways, wrong], workers: 2, runs: 1 }) ? 0 : 1;
    `);
    expect(stdout).toContain('wrong, run 1 of 1: other words than the first report');
    expect(stdout).toContain('THE REPORTS DIFFER.');
    expect(code).toBe(1);
  });
});

describe('the program', () => {
  test('says that a directory does not exist, or is none, with status 2', async () => {
    write('file', '');
    for (const [name, error] of [
      ['nowhere', 'ENOENT'],
      ['file', 'ENOTDIR'],
    ] as const) {
      const { stdout, stderr, code } = await report(join(root, name));
      expect(stderr).toContain(error);
      expect(stderr).toContain(join(root, name));
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stdout).toBe('');
      expect(code).toBe(2);
    }
  });

  test('refuses wrong arguments with status 2', async () => {
    for (const args of [['--bogus'], ['--workers', '0'], ['--runs', 'x'], ['a', 'b']]) {
      const { stderr, code } = await runNode([main, ...args]);
      expect(stderr).toMatch(/^report: .+\n$/);
      expect(code).toBe(2);
    }
  });

  test('tells its options with --help', async () => {
    const { stdout, code } = await runNode([main, '--help']);
    expect(stdout).toContain('Usage: npm run demo');
    expect(code).toBe(0);
  });

  test('writes few plain lines where there is no terminal', async () => {
    write('a.txt', 'alpha');
    const { stdout, stderr } = await report(root);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout + stderr).not.toMatch(/[\x1b\r]/);
    expect(stderr.split('\n').length).toBeLessThan(10);
  });

  test.runIf(process.platform === 'linux')('ends with status 130 when interrupted', async () => {
    for (let i = 0; i < 8; i++) write(`${i}.txt`, 'lorem ipsum dolor sit amet '.repeat(300_000));
    const before = readdirSync('/dev/shm');
    const labels = ['one thread', 'ThreadPoolExecutor', 'ProcessPoolExecutor'];
    for (const label of ['reading once', ...labels.map((name) => `${name}, run 1`)]) {
      const child = spawn(process.execPath, [main, '--runs', '50', root], { detached: true });
      track(child);
      let stderr = '';
      await new Promise<void>((resolve) => {
        child.stderr.on('data', (text) => {
          stderr += text;
          if (stderr.includes(label)) resolve();
        });
      });
      const began = performance.now();
      child.kill('SIGINT');
      const [code] = await once(child, 'close');
      expect(code).toBe(130);
      expect(performance.now() - began).toBeLessThan(1000);
    }
    expect(readdirSync('/dev/shm').filter((name) => !before.includes(name))).toEqual([]);
  });
});

/** Runs a script that has `runJob`, `ways`, and `before(way, act)`: acts before each run of the way. */
function runScript(text: string) {
  const url = (name: string) => JSON.stringify(pathToFileURL(join(examples, 'report', name)).href);
  const lead = `import { runJob } from ${url('job.js')}; import { ways } from ${url('ways.js')};
    function before(way, act) {
      const open = (workers) => {
        const doer = way.open(workers);
        const run = (work) => {
          act();
          return doer.run(work);
        };
        return { ...doer, run };
      };
      return { ...way, open };
    }
  `;
  return runNode(['--input-type=module', '--eval', lead + text]);
}

/** Runs Node as nobody: root can read everything. */
async function unprivileged(args: string[]) {
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = spawn(process.execPath, args, { ...identity, cwd: '/', detached: true });
  track(child);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const [code] = await once(child, 'close');
  return { stdout, code: code as number | null };
}
