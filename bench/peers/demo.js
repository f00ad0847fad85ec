import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Skip } from '../harness/workload.js';

/** @import { MeasuringSide } from '../harness/workload.js' */

const execute = promisify(execFile);
const DEMO = join(import.meta.dirname, '../../examples/report/main.js');
const WORKERS = 2;

/** One run of the demo has the times of both sides: the first to ask in a round starts it. */
let times = new Map();

/**
 * A line of the demo's table of times.
 *
 * @param {string} way the line's name
 * @returns {MeasuringSide}
 */
export function openDemo(way) {
  if (!existsSync(DEMO)) throw new Skip('there is no examples/report');
  if (availableParallelism() < WORKERS) throw new Skip('there is only one core');
  return {
    note: way,
    async measure() {
      if (!times.has(way)) times = await run();
      const time = times.get(way);
      times.delete(way);
      if (time === undefined) throw new Error(`the demo does not tell the time of “${way}”`);
      return time;
    },
  };
}

/** @returns {Promise<Map<string, number>>} seconds, the median of three, by the line's name */
async function run() {
  const args = [DEMO, '--workers', String(WORKERS), '--runs', '3'];
  const { stdout } = await execute(process.execPath, args).catch((error) => error);
  if (!stdout.includes('All reports are equal.')) throw new Error(stdout);
  const lines = stdout.matchAll(/^(\S.*?) {2,}[\d.]+ s +([\d.]+) s +[\d.]+$/gm);
  return new Map([...lines].map(([, name = '', seconds]) => [name, Number(seconds)]));
}
