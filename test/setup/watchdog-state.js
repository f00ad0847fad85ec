// What the tests tell the watchdog, in memory that both sides see.

const MAX_NAME = 1024;
const MAX_CHILDREN = 256;

/** @type {{ [key: symbol]: SharedArrayBuffer }} */
const globals = /** @type {any} */ (globalThis);
const KEY = Symbol.for('heddle.test.watchdog.memory');
// One per process, though vitest loads this module anew for every test file.
globals[KEY] ??= new SharedArrayBuffer(8 + 4 * MAX_CHILDREN + 4 + MAX_NAME);

/**
 * Layout: deadline (milliseconds since the epoch, 0 = none), process ids of children (0 = free), length of the
 * name, name in UTF-8. The deadline is stored last and loaded first, so the name read is the deadline's or newer.
 */
export const shared = globals[KEY];

/** @param {SharedArrayBuffer} memory */
export function views(memory) {
  return {
    deadline: new BigInt64Array(memory, 0, 1),
    children: new Int32Array(memory, 8, MAX_CHILDREN),
    nameLength: new Int32Array(memory, 8 + 4 * MAX_CHILDREN, 1),
    name: new Uint8Array(memory, 12 + 4 * MAX_CHILDREN, MAX_NAME),
  };
}

const { deadline, children, nameLength, name } = views(shared);

/**
 * From now on `what` has `ms` milliseconds; 0 takes the watch off.
 * @param {string} what
 * @param {number} ms
 */
export function watch(what, ms) {
  nameLength[0] = new TextEncoder().encodeInto(what, name).written;
  Atomics.store(deadline, 0, ms === 0 ? 0n : BigInt(Date.now() + ms));
}

/**
 * Has the watchdog kill this child, and its process group if it leads one, together with a test that hangs.
 * @param {import('node:child_process').ChildProcess} child
 */
export function track(child) {
  const { pid } = child;
  if (pid === undefined) return;
  const slot = children.indexOf(0);
  if (slot < 0) throw new Error(`more than ${MAX_CHILDREN} children at once`);
  Atomics.store(children, slot, pid);
  child.once('exit', () => Atomics.compareExchange(children, slot, pid, 0));
}
