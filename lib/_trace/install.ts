// What a thread that traces loads before all others. No other thread loads this file.
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtFile, require } from '../_native/index.js';
import { importOnly, instrumentFunctions } from '../pickle/index.js';
import { isEsFile } from './es-files.js';
import { instrument, type Kind } from './instrument.js';
import { instrumentLoaded, type Loaded, withoutTypes } from './loaded.js';
import { instrumentFile } from './own-files.js';

export { clearStack, report } from './runtime.js';

import { provideRuntime } from './runtime.js';

/** From now on, what this thread loads or is sent is instrumented. To be called once. */
export function install(): void {
  // What heddle itself may need later shall not be.
  require('eslint-scope');
  provideRuntime();
  instrumentFunctions(({ source, form, url, name }, line) => {
    const file = url?.startsWith('file:') ? fileURLToPath(url) : (url ?? '<function>');
    return instrument(source, file, form, { line, name });
  });
  hookCommonjs();
  hookModules();
}

/** What Node compiles CommonJS files with. Undocumented, but loaders have hooked it for ever. */
interface Compiler {
  _compile(this: NodeModule, text: string, file: string, format?: string): unknown;
}

function hookCommonjs(): void {
  const compiler = nodeModule.Module.prototype as unknown as Compiler;
  const compile = compiler._compile;
  compiler._compile = function (text, file, format) {
    const kind = /^(module|commonjs)(-typescript)?$/.exec(format ?? '')?.[1] as Kind | undefined;
    const plain = kind === format || kind === undefined ? text : withoutTypes(text);
    const url = pathToFileURL(file).href;
    let result = text;
    // Without a format, the syntax tells: what cannot be read as one is the other.
    for (const each of kind ? [kind] : KINDS) {
      if (result === text) result = instrumentFile(plain, url, each);
    }
    return compile.call(this, result, file, result === plain ? format : (kind ?? format));
  };
}

const KINDS = ['commonjs', 'module'] as const;

type Load = (url: string, context: object) => Loaded;
type RegisterHooks = (hooks: {
  load(url: string, context: object, nextLoad: Load): Loaded;
}) => unknown;

function hookModules(): void {
  const { registerHooks } = nodeModule as { registerHooks?: RegisterHooks };
  if (registerHooks) {
    registerHooks({ load: (url, context, next) => instrumentLoaded(url, next(url, context)) });
    return;
  }
  // In Node 20 a thread of its own does it, and `require` of a module does not ask it.
  importOnly(isEsFile);
  nodeModule.register(builtFile('_trace/load-hooks.js'));
}
