import type { Callable, FunctionDescriptor } from './descriptor.js';
import { loadModules, ModulesNeeded } from './load-module.js';
import { putTogether } from './put-together.js';

/** By what describes them, the functions that were rebuilt last. */
const rebuilt = new Map<string, Callable>();
const KEPT = 1000;

/**
 * Makes the function of a descriptor. The same descriptor gives the same function again.
 * Does not block on anything but itself and the loading of modules.
 *
 * @returns the function; a promise of it if a module has to be imported
 * @throws PicklingError if the module does not export it here; whatever its module throws
 */
export function rebuildFunction(descriptor: FunctionDescriptor): Callable | Promise<Callable> {
  const key = JSON.stringify(descriptor);
  const known = rebuilt.get(key);
  if (known !== undefined) return known;
  if (descriptor.kind === 'reference' && descriptor.format === 'module') {
    return loadModules([descriptor.url]).then(() => keep(key, build(descriptor)));
  }
  try {
    return keep(key, build(descriptor));
  } catch (error) {
    if (!(error instanceof ModulesNeeded)) throw error;
    return loadModules(error.urls).then(() => keep(key, build(descriptor)));
  }
}

function build(descriptor: FunctionDescriptor): Callable {
  const { fn, fill } = putTogether(descriptor);
  fill([]);
  return fn;
}

function keep(key: string, fn: Callable): Callable {
  if (rebuilt.size >= KEPT) rebuilt.delete(rebuilt.keys().next().value!);
  rebuilt.set(key, fn);
  return fn;
}
