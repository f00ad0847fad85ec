// Compares the package with test/package/api.tsv, the list of Python's names, and missing.txt, those still missing.
//   node scripts/api.mjs             prints how many names of each module are there
//   node scripts/api.mjs --update    writes missing.txt
import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';

const API = new URL('../test/package/api.tsv', import.meta.url);
const MISSING = new URL('../test/package/missing.txt', import.meta.url);

/** @typedef {{ module: string, python_name: string, kind: string, js_name: string }} Row */

/**
 * Python's special methods under the names, any of which will do, that JavaScript has for them.
 * @type {Record<string, PropertyKey[]>}
 */
const SPECIAL = {
  __enter__: [Symbol.dispose, 'hold'],
  __exit__: [Symbol.dispose, 'hold'],
  __repr__: [inspect.custom],
  __str__: ['toString'],
  __len__: ['length'],
  __iter__: [Symbol.iterator],
  __contains__: ['has'],
  __getitem__: ['get'],
};

/**
 * Where the subpath of a module is not just its name with slashes.
 * @type {Record<string, string>}
 */
const SUBPATHS = {
  'multiprocessing.shared_memory': 'multiprocessing/shared-memory',
  'concurrent.futures.thread': 'concurrent/futures',
  'concurrent.futures.process': 'concurrent/futures',
};

/**
 * The rows of api.tsv that name something to find; parameters are no names of the package.
 * @returns {Row[]}
 */
function readRows() {
  const [columns = [], ...rows] = readFileSync(API, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return rows
    .map((cells) => Object.fromEntries(cells.map((cell, i) => [columns[i], cell])))
    .filter(({ kind }) => kind !== 'parameter');
}

/** The recorded missing names. */
export function readMissing() {
  return readFileSync(MISSING, 'utf8').split('\n').filter(Boolean);
}

/** Python's names, in the order of api.tsv, that the package has not. */
export async function findMissing() {
  const missing = [];
  for (const row of readRows()) {
    if (!(await isThere(row))) missing.push(row.python_name);
  }
  return missing;
}

/** @param {Row} row */
async function isThere({ module, python_name: pythonName, kind, js_name: jsName }) {
  const namespace = await load(module);
  if (namespace === undefined || kind === 'module') return namespace !== undefined;

  const [first = '', ...rest] = pythonName.slice(module.length + 1).split('.');
  if (rest.length === 0) return jsName in namespace;
  const owner = namespace[first];
  if (typeof owner !== 'function') return false;
  return (SPECIAL[jsName] ?? [jsName]).some((name) => hasMember(owner, name));
}

/**
 * Whether instances of a class inherit a member, or the class or one that it extends has it itself.
 * @param {Function} owner
 * @param {PropertyKey} name
 */
function hasMember(owner, name) {
  for (let proto = owner.prototype; proto && proto !== Object.prototype; proto = parent(proto)) {
    if (Object.hasOwn(proto, name)) return true;
  }
  // `name` and `length` of a class are the language's own.
  if (Object.hasOwn(Function.prototype, name)) return false;
  for (let type = owner; type && type !== Function.prototype; type = parent(type)) {
    if (Object.hasOwn(type, name)) return true;
  }
  return false;
}

const parent = Object.getPrototypeOf;

/**
 * A module of the package by Python's name for it, or undefined where the package does not export it.
 * @param {string} module
 * @returns {Promise<Record<string, unknown> | undefined>}
 */
async function load(module) {
  const subpath = SUBPATHS[module] ?? module.replaceAll('.', '/');
  try {
    // Python's `concurrent` has nothing of its own: here it is a namespace, but no subpath.
    const loaded = await import(module === 'concurrent' ? 'heddle' : `heddle/${subpath}`);
    return module === 'concurrent' ? loaded.concurrent : loaded;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
    ) {
      return undefined;
    }
    throw error;
  }
}

async function main() {
  const missing = await findMissing();
  if (process.argv.includes('--update')) {
    writeFileSync(MISSING, missing.map((name) => `${name}\n`).join(''));
  }
  const counts = new Map();
  for (const { module, python_name: name } of readRows()) {
    const count = counts.get(module) ?? { there: 0, of: 0 };
    count.of += 1;
    if (!missing.includes(name)) count.there += 1;
    counts.set(module, count);
  }
  for (const [module, { there, of }] of counts) console.log(`${module}: ${there} of ${of}`);
}

if (import.meta.filename === process.argv[1]) await main();
