import { PicklingError } from '../errors.js';
import { loadCommonjs } from './commonjs-reference.js';
import type { Callable, FunctionReference } from './descriptor.js';
import { follow } from './find-path.js';
import { loadNow, ModulesNeeded } from './load-module.js';

/**
 * The function of a reference.
 *
 * @throws ModulesNeeded if its module has to be imported first
 * @throws PicklingError if its module does not export it
 */
export function loadReference(reference: FunctionReference): Callable {
  const { url, path } = reference;
  const value = load(reference);
  if (typeof value === 'function') return value;
  const what = path.length === 0 ? 'a function' : `the function ${path.join('.')}`;
  throw new PicklingError(`${url} does not export ${what}`);
}

function load(reference: FunctionReference): unknown {
  const { format, url, path } = reference;
  switch (format) {
    case 'global':
      return follow(globalThis, path);
    case 'builtin':
      return follow(process.getBuiltinModule(url), path);
    case 'commonjs':
      return loadCommonjs(reference);
    case 'module': {
      const loaded = loadNow(url);
      if (loaded === undefined) throw new ModulesNeeded([url]);
      return follow('namespace' in loaded ? loaded.namespace : loaded.exports, path);
    }
  }
}
