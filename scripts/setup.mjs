// Brings the checkout to the state in which it can run: packages, native addon, compiled TypeScript.
// Needs Node, npm, python3, make and a C++20 compiler, and skips what is up to date.
//   node scripts/setup.mjs [--force] [--verbose]     --force compiles what is up to date, too
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { withLock } from './lock.mjs';

const { values: flags } = parseArgs({
  options: { force: { type: 'boolean' }, verbose: { type: 'boolean' } },
});
process.chdir(join(import.meta.dirname, '..'));

const ADDON = 'build/Release/heddle.node';
const ADDON_STAMP = 'build/.stamp';
const DIST_STAMP = 'dist/.stamp';

try {
  if (flags.force || !isUpToDate()) withLock('.setup.lock', setUp);
} catch (error) {
  console.error(flags.verbose ? error : `heddle: ${error.message}`);
  process.exitCode = 1;
}

function isUpToDate() {
  return packagesAreCurrent() && addonIsCurrent() && distIsCurrent();
}

/** Asks again before each step: another process may have done it while this one waited for the lock. */
function setUp() {
  if (!packagesAreCurrent()) installPackages();
  if (flags.force || !addonIsCurrent()) buildAddon();
  if (flags.force || !distIsCurrent()) buildDist();
}

/** Whether node_modules holds the versions of the lock file, by the record that npm keeps there. */
function packagesAreCurrent() {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const { packages: installed } = readJson('node_modules/.package-lock.json');
  const { '': root, ...locked } = readJson('package-lock.json').packages;
  return Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

function installPackages() {
  // Without its scripts, or npm would compile the addon before this does.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  if (npm) run('installing packages', process.execPath, [npm, ...args]);
  else run('installing packages', 'npm', args);
}

function addonIsCurrent() {
  return existsSync(ADDON) && readStamp(ADDON_STAMP) === addonHash();
}

/** Node's version is not part of it: an addon over Node-API loads in all of them. */
function addonHash() {
  const { CC, CXX, CFLAGS, CXXFLAGS, LDFLAGS } = process.env;
  return hash(
    [
      ...filesBelow('native'),
      'binding.gyp',
      'scripts/sources.cjs',
      'node_modules/node-addon-api/package.json',
    ],
    JSON.stringify([process.platform, process.arch, CC, CXX, CFLAGS, CXXFLAGS, LDFLAGS]),
  );
}

function buildAddon() {
  const before = addonHash();
  const steps = flags.force ? ['rebuild'] : ['configure', 'build'];
  const args = ['node_modules/node-gyp/bin/node-gyp.js', ...steps, '--jobs=max'];
  // Where Node's headers lie beside it, use them: without the option node-gyp downloads them.
  const prefix = dirname(dirname(process.execPath));
  if (existsSync(join(prefix, 'include/node/node_api.h'))) args.push(`--nodedir=${prefix}`);
  run('compiling the native addon', process.execPath, args);
  writeFileSync(ADDON_STAMP, before);
}

function distIsCurrent() {
  return readStamp(DIST_STAMP) === distHash();
}

function distHash() {
  return hash([
    ...filesBelow('lib'),
    'package.json',
    'tsconfig.json',
    'package-lock.json',
    'scripts/bundle.mjs',
  ]);
}

/** Compiles beside dist/ and then swaps: it holds no file of a deleted source, and never a failed build. */
function buildDist() {
  const before = distHash();
  rmSync('dist.new', { recursive: true, force: true });
  run('checking TypeScript', process.execPath, [
    'node_modules/typescript/bin/tsc',
    '--outDir',
    'dist.new',
  ]);
  run('bundling', process.execPath, ['scripts/bundle.mjs', 'dist.new']);
  writeFileSync('dist.new/.stamp', before);
  rmSync('dist', { recursive: true, force: true });
  renameSync('dist.new', 'dist');
}

/** Runs a tool, silently unless it fails. */
function run(what, command, args) {
  console.error(`heddle: ${what}`);
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    stdio: ['ignore', flags.verbose ? 'inherit' : 'pipe', flags.verbose ? 'inherit' : 'pipe'],
    maxBuffer: Infinity,
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status === 0) return;
  process.stderr.write(stdout ?? '');
  process.stderr.write(stderr ?? '');
  throw new Error(
    `${what} failed: ${command} ${args.join(' ')} (${error?.code ?? signal ?? status})`,
  );
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hash(paths, extra = '') {
  const sum = createHash('sha256').update(extra);
  for (const path of paths) {
    const content = readFileSync(path);
    sum.update(`${path}\0${content.length}\0`).update(content);
  }
  return sum.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
