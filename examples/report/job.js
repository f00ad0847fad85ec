import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { changedFiles, divide, listFiles, readOnce } from './files.js';
import { withProgress } from './progress.js';
import { describe, differences, ReportBuilder } from './report.js';

/** @import { Skipped } from './files.js' */
/** @import { Report } from './report.js' */
/** @import { Doer, Way } from './ways.js' */

/**
 * Makes the report of a directory in every way, and prints it, the times and whether all ways have
 * come to the same.
 *
 * What is timed is all from the chunks of paths to the finished report. A pool's first run includes
 * starting its threads or processes and compiling the code in each; the pool is kept for the other
 * runs, as a program would keep it. The files have been read once before, so that no way waits for
 * the disk. The ways take turns, since a machine's speed drifts.
 *
 * @param {string} directory
 * @param {{ ways: Way[], workers: number, runs: number }} options
 * @returns {Promise<boolean>} whether all reports are equal
 * @throws the system's error if there is no such directory
 */
export async function runJob(directory, { ways, workers, runs }) {
  const { files, skipped } = await prepare(directory);
  nameOnce(skipped);
  const chunks = divide(files);
  const total = files.reduce((sum, { size }) => sum + size, 0);

  /** @type {{ way: Way, doer: Doer, times: number[] }[]} */
  const timed = ways.map((way) => ({ way, doer: way.open(workers), times: [] }));
  /** @type {Report | undefined} */
  let first;
  let isEqual = true;
  try {
    for (let run = 1; run <= runs; run++) {
      for (const { way, doer, times } of timed) {
        const label = `${way.name}, run ${run} of ${runs}`;
        const { report, seconds } = await time(label, doer, { chunks, total });
        times.push(seconds);
        first ??= report;
        nameOnce(report.skipped);
        const different = differences(first, report);
        if (different.length === 0) continue;
        isEqual = false;
        console.log(`${label}: other ${different.join(', ')} than the first report`);
      }
    }
  } finally {
    for (const { doer } of timed) await doer.close();
  }
  console.log(`\n${table(timed)}\n`);
  if (first) console.log(describe(first));
  console.log(isEqual ? 'All reports are equal.' : 'THE REPORTS DIFFER.');
  if (!isEqual) {
    for (const { path } of changedFiles(files)) console.log(`changed in the meantime: ${path}`);
  }
  return isEqual;
}

/** @type {Set<string>} The skipped files that were named. */
const named = new Set();

/** @param {Skipped[]} skipped */
function nameOnce(skipped) {
  for (const { path, reason } of skipped) {
    if (!named.has(path)) console.log(`skipped ${path}: ${reason}`);
    named.add(path);
  }
}

/** @param {string} directory */
async function prepare(directory) {
  const found = await listFiles(directory);
  const total = found.files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const { readable, skipped } = await withProgress(
    'reading once',
    total,
    () => done,
    () =>
      readOnce(found.files, (bytes) => {
        done += bytes;
      }),
  );
  return { files: readable, skipped: [...found.skipped, ...skipped] };
}

/**
 * Makes the report once.
 *
 * @param {string} label
 * @param {Doer} doer
 * @param {{ chunks: string[][], total: number }} work
 */
async function time(label, doer, { chunks, total }) {
  const memory = new SharedMemory({ create: true, size: 256 * 8 });
  try {
    const histogram = new Float64Array(memory.buf.buffer, memory.buf.byteOffset, 256);
    // The sum of the shared histogram is how far everybody is.
    const done = () => histogram.reduce((sum, count) => sum + count, 0);
    return await withProgress(label, total, done, async () => {
      const began = performance.now();
      const builder = new ReportBuilder();
      let i = 0;
      for await (const part of doer.run({ chunks, histogram })) {
        builder.add(chunks[i++] ?? [], part);
      }
      const report = builder.finish(histogram);
      return { report, seconds: (performance.now() - began) / 1000 };
    });
  } finally {
    memory.close();
  }
}

/** @param {{ way: Way, times: number[] }[]} timed */
function table(timed) {
  const rows = [['', 'first run', 'median', 'speed-up']];
  const base = median(timed[0]?.times ?? []);
  for (const { way, times } of timed) {
    const middle = median(times);
    const seconds = [times[0] ?? 0, middle].map((number) => `${number.toFixed(3)} s`);
    rows.push([way.name, ...seconds, (base / middle).toFixed(2)]);
  }
  return rows
    .map(([name = '', ...cells]) => [name.padEnd(24), ...cells.map((c) => c.padStart(12))].join(''))
    .join('\n');
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
