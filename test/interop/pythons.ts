import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** An interpreter, by its version (`3.13`). */
export interface Python {
  version: string;
  path: string;
}

const FIRST = 8;
const LAST = 13;

/** CPython 3.8 to 3.13, those that are installed: by pyenv, or as python3 in the PATH. */
export const pythons: readonly Python[] = find();

function find(): Python[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const found = new Map<string, string>();
  for (const folder of list(versions)) {
    const version = /^3\.\d+(?=\.\d+$)/.exec(folder)?.[0];
    if (version) found.set(version, join(versions, folder, 'bin/python3'));
  }
  const { stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  const version = /^Python (3\.\d+)/.exec(stdout ?? '')?.[1];
  if (version && !found.has(version)) found.set(version, 'python3');
  return [...found]
    .map(([version, path]) => ({ version, path, minor: Number(version.slice(2)) }))
    .filter(({ minor }) => minor >= FIRST && minor <= LAST)
    .sort((a, b) => a.minor - b.minor);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a program prints, as JSON. It gets `input` as JSON on its standard input. */
export function askPython({ path }: Python, program: string, input: unknown): unknown {
  const { stdout, stderr, status } = spawnSync(path, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    timeout: 15_000,
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`${path} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
