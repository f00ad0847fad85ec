import { PicklingError } from '../errors.js';
import { loadCommonjs } from './commonjs-reference.js';
import { compile } from './compile.js';
import {
  type Callable,
  descriptors,
  type FunctionDescriptor,
  type FunctionReference,
} from './descriptor.js';
import { follow } from './find-path.js';

/** By what describes them, the functions that were rebuilt last. */
const rebuilt = new Map<string, Callable>();
const KEPT = 1000;

/**
 * Makes the function of a descriptor. The same descriptor gives the same function again.
 * Does not block on anything but itself and the loading of a CommonJS module.
 *
 * @returns the function; a promise of it if its ES module has to be imported
 * @throws PicklingError if the module does not export it here; whatever its module throws
 */
export function rebuildFunction(descriptor: FunctionDescriptor): Callable | Promise<Callable> {
  const key = keyOf(descriptor);
  const known = rebuilt.get(key);
  if (known !== undefined) return known;
  if (descriptor.kind === 'value') return keep(key, descriptor, compile(descriptor));
  if (descriptor.format === 'module') {
    return import(descriptor.url).then((namespace: unknown) =>
      keep(key, descriptor, checked(follow(namespace, descriptor.path), descriptor)),
    );
  }
  return keep(key, descriptor, checked(load(descriptor), descriptor));
}

function keyOf(descriptor: FunctionDescriptor): string {
  if (descriptor.kind === 'reference') {
    return `${descriptor.format}\0${descriptor.url}\0${descriptor.path.join('\0')}`;
  }
  const { name, url, line, column, form, strict, source } = descriptor;
  return `${name}\0${url}\0${line}:${column}\0${form}\0${strict}\0${source}`;
}

function keep(key: string, descriptor: FunctionDescriptor, fn: Callable): Callable {
  if (rebuilt.size >= KEPT) rebuilt.delete(rebuilt.keys().next().value!);
  rebuilt.set(key, fn);
  if (!descriptors.has(fn)) descriptors.set(fn, descriptor);
  return fn;
}

function load(reference: FunctionReference): unknown {
  switch (reference.format) {
    case 'global':
      return follow(globalThis, reference.path);
    case 'builtin':
      return follow(process.getBuiltinModule(reference.url), reference.path);
    default:
      return loadCommonjs(reference);
  }
}

function checked(value: unknown, { url, path }: FunctionReference): Callable {
  if (typeof value === 'function') return value;
  const what = path.length === 0 ? 'a function' : `the function ${path.join('.')}`;
  throw new PicklingError(`${url} does not export ${what}`);
}
