import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Skip } from '../harness/workload.js';

const execute = promisify(execFile);
const SOURCE = join(import.meta.dirname, '../native/mutex_loop.c');
const CACHE = join(import.meta.dirname, '../.cache');
const PROGRAM = join(CACHE, 'mutex_loop');
const PAIRS = 10_000_000;

/**
 * A loop in C over a pthread mutex.
 *
 * @param {'private' | 'shared'} kind
 * @returns {Promise<import('../harness/workload.js').MeasuringSide>}
 */
export async function openMutex(kind) {
  if (process.platform === 'win32') throw new Skip('no pthread here');
  await compile();
  return {
    async measure() {
      const { stdout } = await execute(PROGRAM, [kind, String(PAIRS)]);
      return Number(stdout) / 1e9;
    },
  };
}

async function compile() {
  if (changed(PROGRAM) > changed(SOURCE)) return;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${PROGRAM}.${process.pid}`;
  try {
    await execute(process.env.CC ?? 'cc', ['-O2', '-o', unfinished, SOURCE, '-lpthread']);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') {
      throw new Skip('there is no C compiler (cc)');
    }
    throw error;
  }
  renameSync(unfinished, PROGRAM);
}

/** @param {string} path */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
