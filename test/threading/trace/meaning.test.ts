import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SimpleQueue } from 'heddle/queue';
import { settrace, Thread } from 'heddle/threading';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { usePackages } from '../../fixtures/traced/packages.js';
import { sloppy, strict } from './tricky.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-trace-'));
  writeFileSync(join(folder, 'sloppy.cjs'), sloppy);
  writeFileSync(join(folder, 'strict.mjs'), strict);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => settrace(null));

/** What `use` makes of a module that a thread imports. */
async function inThread(url: string, use: (module: never) => unknown): Promise<unknown> {
  const results = new SimpleQueue<unknown>();
  const thread = new Thread({
    target: async (from: string, to: SimpleQueue<unknown>, what: (module: never) => unknown) => {
      try {
        to.put({ value: await what((await import(from)) as never) });
      } catch (error) {
        to.put({ error });
      }
    },
    args: [url, results, use],
  });
  thread.start();
  await thread.joinAsync();
  const { value, error } = results.get() as { value?: unknown; error?: unknown };
  if (error) throw error;
  return value;
}

async function isTheSame(url: string, use: (module: never) => unknown): Promise<unknown> {
  const plain = await inThread(url, use);
  const counts = new SimpleQueue<number>();
  settrace(function trace(frame, event) {
    if (event === 'call' && /\.[cm]js$/.test(frame.file)) counts.put(1);
    return trace;
  });
  const traced = await inThread(url, use);
  expect(traced).toEqual(plain);
  expect(counts.qsize()).toBeGreaterThan(0);
  return plain;
}

describe('code that is traced', () => {
  test('means the same, of the sloppy kind', async () => {
    const url = pathToFileURL(join(folder, 'sloppy.cjs')).href;
    const results = await isTheSame(url, (module: { run: () => unknown }) => module.run());
    expect((results as string[]).length).toBeGreaterThan(60);
  });

  test('means the same, of the strict kind', async () => {
    const url = pathToFileURL(join(folder, 'strict.mjs')).href;
    const results = await isTheSame(url, (module: { run: () => unknown }) => module.run());
    expect((results as string[]).length).toBeGreaterThan(8);
  });

  test('stays in its lines', async () => {
    const url = pathToFileURL(join(folder, 'sloppy.cjs')).href;
    const line = await isTheSame(url, (module: { line: () => unknown }) => module.line());
    expect(Number(line)).toBe(
      sloppy.split('\n').findIndex((text) => /^exports.line/.test(text)) + 1,
    );
  });

  test('packages do the same', () => {
    // Copies, since heddle's own packages are not traced.
    const modules = new URL('../../../node_modules/', import.meta.url);
    copyFileSync(new URL('acorn/dist/acorn.mjs', modules), join(folder, 'acorn.mjs'));
    cpSync(new URL('msgpackr/', modules), join(folder, 'msgpackr'), { recursive: true });
    const results = new SimpleQueue<string>();
    const parse = () => {
      const args = [pathToFileURL(folder).href, results] as const;
      const thread = new Thread({ target: usePackages, args: [...args] });
      thread.start();
      thread.join();
      return results.get();
    };
    const plain = parse();
    const calls = new SimpleQueue<string>();
    settrace((frame) => {
      calls.put(frame.file);
    });
    const traced = parse();
    expect(traced).toBe(plain);
    expect(traced).toMatch(/"FunctionDeclaration"/);
    const files = new Set<string>();
    while (!calls.empty()) files.add(basename(calls.get()));
    expect([...files]).toEqual(expect.arrayContaining(['acorn.mjs', 'pack.js', 'unpack.js']));
  });
});

describe('a file that a loader has compiled', () => {
  test('reports the lines of its author, by the map in its text', () => {
    const map = { version: 3, sources: ['a.ts'], names: [], mappings: 'AAUA;AACA' };
    const data = Buffer.from(JSON.stringify(map)).toString('base64');
    writeFileSync(
      join(folder, 'mapped.cjs'),
      `exports.mapped = () => {\nreturn 1; };\n//# sourceMappingURL=data:application/json;base64,${data}`,
    );
    const lines = new SimpleQueue<string>();
    settrace(function trace(frame, event) {
      if (frame.functionName === 'exports.mapped') lines.put(`${event} ${frame.lineno}`);
      return trace;
    });
    const thread = new Thread({
      target: (file: string) => require(file).mapped(),
      args: [join(folder, 'mapped.cjs')],
    });
    thread.start();
    thread.join();
    expect([lines.get(), lines.get(), lines.get()]).toEqual(['call 11', 'line 12', 'return 12']);
  });
});
