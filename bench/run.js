// Measures heddle, and its peers in the same run. What is measured is told in README.md.
//   node bench/run.js [FILTER…] [--json FILE] [--quick] [--list]
// A filter is a part of a row's path, as `compare/lock` or `micro`. --quick: to see whether it runs.
import { readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { comparisons } from './harness/compare.js';
import { describeMachine, load } from './harness/machine.js';
import { runRow } from './harness/run-row.js';
import { table } from './harness/table.js';

/** @import { RowResult } from './harness/rounds.js' */
/** @import { Workload } from './harness/workload.js' */

const { values: flags, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

const files = ['compare', 'micro']
  .flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name.endsWith('.js'))
      .sort()
      .map((name) => join(import.meta.dirname, folder, name)),
  )
  .filter((file) => filters.length === 0 || filters.some((part) => label(file).includes(part)));

if (files.length === 0) {
  console.error(`bench: no row is named like ${filters.join(' or ')}`);
  process.exitCode = 1;
} else if (flags.list) {
  for (const file of files) console.log(label(file));
} else {
  await main();
}

async function main() {
  const ending = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(name, () => ending.abort());
  }
  const started = { at: new Date().toISOString(), load: load() };
  const machine = describeMachine();
  /** @type {RowResult[]} */
  const rows = [];
  for (const file of files) {
    if (ending.signal.aborted) break;
    const row = await measureRow(file, ending.signal);
    if (ending.signal.aborted) break;
    rows.push(row);
    console.error(`bench: ${rows.length}/${files.length} ${row.name}`);
  }
  const ended = { at: new Date().toISOString(), load: load() };
  console.log(`${table(rows)}\n`);
  console.log(summary(machine, started, ended));
  if (flags.json !== undefined) {
    const results = rows.map((row) => ({ ...row, comparisons: comparisons(row) }));
    const report = { machine, started, ended, quick: flags.quick, rows: results };
    writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (ending.signal.aborted) process.exitCode = 130;
  else if (rows.some((row) => row.failed !== undefined)) process.exitCode = 1;
}

/**
 * @param {string} file
 * @param {AbortSignal} signal
 * @returns {Promise<RowResult>}
 */
async function measureRow(file, signal) {
  /** @type {{ default: Workload }} */
  const { default: workload } = await import(pathToFileURL(file).href);
  const { name, unit, bar = {}, limit = 120 } = workload;
  const { sides = [], failed } = await runRow(file, { quick: flags.quick, limit, signal });
  return { file: label(file), name, unit, bar, sides, ...(failed === undefined ? {} : { failed }) };
}

/** @param {string} file */
function label(file) {
  return relative(import.meta.dirname, file).replaceAll('\\', '/');
}

/**
 * @param {ReturnType<typeof describeMachine>} machine
 * @param {{ at: string, load: number[] }} started
 * @param {{ at: string, load: number[] }} ended
 * @returns {string}
 */
function summary({ cpu, cores, governor, kernel, versions }, started, ended) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${cpu}, ${cores} cores, governor ${governor}, ${kernel}`,
    `load ${started.load.join(' ')} at the start (${started.at}), ${ended.load.join(' ')} at the end (${ended.at})`,
    named.join(', '),
    ...(flags.quick ? ['--quick: these numbers mean nothing'] : []),
  ].join('\n');
}
