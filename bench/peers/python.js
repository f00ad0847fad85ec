import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Skip } from '../harness/workload.js';

const execute = promisify(execFile);
const env = { ...process.env, PYENV_VERSION: '3.13.0' };

/**
 * A program in bench/python/ that prints seconds per operation, run by CPython 3.13. It warms itself
 * up.
 *
 * @param {string} name
 * @param {...string} args
 * @returns {Promise<import('../harness/workload.js').MeasuringSide>}
 */
export async function openPython(name, ...args) {
  const version = await execute('python3', ['--version'], { env }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (!version?.startsWith('Python 3.13.')) throw new Skip('there is no CPython 3.13');
  const program = join(import.meta.dirname, '../python', name);
  return {
    note: version,
    async measure() {
      const { stdout } = await execute('python3', [program, ...args], { env });
      return Number(stdout);
    },
  };
}
