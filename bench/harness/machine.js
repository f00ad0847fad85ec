import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, machine, release, type } from 'node:os';

const require = createRequire(import.meta.url);

/** What the numbers depend on, as far as it can be read. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    governor: readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor') ?? 'not readable',
    kernel: `${type()} ${release()} ${machine()}`,
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      heddle: heddleVersion(),
      ...Object.fromEntries(
        ['piscina', 'tinypool', 'workerpool', 'benchmark'].map((name) => [
          name,
          packageVersion(name),
        ]),
      ),
    },
  };
}

/** Load averages of the last minute, five and fifteen. */
export function load() {
  return loadavg().map((one) => Number(one.toFixed(2)));
}

function heddleVersion() {
  const { version } = require('../../package.json');
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync('git', args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    const changed = git('status', '--porcelain', '--', ':/lib', ':/native') !== '';
    return `${version} (${git('rev-parse', '--short', 'HEAD')}${changed ? ', changed' : ''})`;
  } catch {
    return version;
  }
}

/**
 * @param {string} name
 * @returns {string}
 */
function packageVersion(name) {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
