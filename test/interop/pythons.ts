import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Python that is installed here. */
export interface Python {
  /** `3.13` */
  version: string;
  path: string;
}

const WANTED = /^3\.(8|9|1[0-3])\b/;

/** Those of 3.8 to 3.13 that are there, by pyenv or as `python3`; one for each version. */
export function findPythons(): Python[] {
  const root = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const found = new Map<string, string>();
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const path = join(root, name, 'bin/python3');
    if (WANTED.test(name) && existsSync(path)) found.set(minor(name), path);
  }
  if (found.size === 0) {
    const { stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8', timeout: 10_000 });
    const version = /^Python (\S+)/.exec(stdout ?? '')?.[1] ?? '';
    if (WANTED.test(version)) found.set(minor(version), 'python3');
  }
  const order = (version: string) => Number(version.slice(2));
  return [...found]
    .map(([version, path]) => ({ version, path }))
    .sort((a, b) => order(a.version) - order(b.version));
}

function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
