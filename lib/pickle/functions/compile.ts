import { constants, Script } from 'node:vm';
import type { Callable, FunctionSource } from './descriptor.js';
import { WRAPPING } from './wrapping.js';

/** Compiles a function that came by value, so that errors point at where it came from. */
export function compile({
  source,
  form,
  name,
  url,
  line,
  column,
  strict,
}: FunctionSource): Callable {
  const { before, after } = WRAPPING[form];
  const head = (strict ? '"use strict";' : '') + before;
  const script = new Script(head + source + after, {
    filename: url ?? '<function>',
    lineOffset: line,
    columnOffset: column - head.length,
    // import() looks for paths beside the original file.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const value: unknown = script.runInThisContext();
  const fn = form === 'method' ? methodOf(value as object) : (value as Callable);
  // The original may have its name from a variable or a computed key.
  const named = Object.getOwnPropertyDescriptor(fn, 'name');
  if (typeof named?.value === 'string' && named.value !== name) {
    Object.defineProperty(fn, 'name', { ...named, value: name });
  }
  return fn;
}

/** The method, getter or setter of an object that has nothing else. */
function methodOf(object: object): Callable {
  const [property] = Object.values(Object.getOwnPropertyDescriptors(object));
  return property?.value ?? property?.get ?? property?.set;
}
