import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Python that is installed here. */
export interface Python {
  /** `3.13` */
  version: string;
  /** `13` of it. */
  minor: number;
  path: string;
}

const WANTED = /^3\.(8|9|1[0-3])\b/;

/** Those of 3.8 to 3.13 that are there, by pyenv or as `python3`; one for each version. */
export function findPythons(): Python[] {
  const root = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const found = new Map<string, string>();
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const path = join(root, name, 'bin/python3');
    if (WANTED.test(name) && existsSync(path)) found.set(short(name), path);
  }
  if (found.size === 0) {
    const { stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8', timeout: 10_000 });
    const version = /^Python (\S+)/.exec(stdout ?? '')?.[1] ?? '';
    if (WANTED.test(version)) found.set(short(version), 'python3');
  }
  return [...found]
    .map(([version, path]) => ({ version, path, minor: Number(version.slice(2)) }))
    .sort((a, b) => a.minor - b.minor);
}

function short(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Those that are there, found once. */
export const pythons: readonly Python[] = findPythons();

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
