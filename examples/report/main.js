#!/usr/bin/env node
// Reads a directory tree and reports on it, in one thread, in several and in several processes: see --help.
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reasonOf } from './files.js';
import { runJob } from './job.js';
import { ways } from './ways.js';

const HELP = `Usage: npm run demo [-- [options] [DIRECTORY]]

Reads every file below DIRECTORY (by default this project's node_modules) and reports the SHA-256 of
all, the most frequent words and the most frequent bytes: in one thread, then with heddle's pools of threads
and of processes.

  --workers N   threads or processes of a pool (default: one for each core, here ${availableParallelism()})
  --runs N      how often each way is timed (default: 3)
  --help        this text

Exit status: 0; 1 if the reports differ; 2 for wrong arguments; 130 when interrupted.
`;

// Ends the pool's threads and processes, too. Memory without a name goes with the process.
process.once('SIGINT', () => process.exit(130));

class UsageError extends Error {}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
async function main(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        workers: { type: 'string', default: String(availableParallelism()) },
        runs: { type: 'string', default: '3' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length > 1) throw new UsageError('one directory at a time');
    const directory = positionals[0] ?? fileURLToPath(import.meta.resolve('../../node_modules'));
    const workers = toCount('--workers', values.workers);
    const runs = toCount('--runs', values.runs);
    checkDirectory(directory);
    return (await runJob(directory, { ways, workers, runs })) ? 0 : 1;
  } catch (error) {
    if (!isUsersMistake(error)) throw error;
    process.stderr.write(`report: ${error.message}\n`);
    return 2;
  }
}

/**
 * @param {string} option
 * @param {string} text
 */
function toCount(option, text) {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`${option} is a number from 1 to 9999`);
  return Number(text);
}

/** @param {string} directory */
function checkDirectory(directory) {
  try {
    readdirSync(directory);
  } catch (error) {
    throw new UsageError(`cannot read ${directory}: ${reasonOf(error)}`);
  }
}

/**
 * @param {unknown} error
 * @returns {error is Error}
 */
function isUsersMistake(error) {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS');
}

process.exitCode = await main(process.argv.slice(2));
