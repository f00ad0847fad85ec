import { Module } from 'node:module';
import { fileOf } from './entry.js';

/** What Node loads CommonJS files with. Undocumented, but what loaders have hooked in for ever. */
interface CompilingModule extends NodeModule {
  _compile(text: string, file: string, format: 'commonjs'): void;
}

/**
 * Evaluates a text as if a CommonJS file held it. Its `import()` looks for paths beside the file; so
 * does that of a vm.Script with the default loader, but each thread that uses it warns of it once.
 */
export function evaluateInFile(file: string, text: string): unknown {
  const module = new Module(file) as CompilingModule;
  module._compile(text, file, 'commonjs');
  return module.exports;
}

type Importer = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;
const importers = new Map<string, Importer>();

/** The `import()` of a file. */
export function importBeside(url: string): Importer {
  let importer = importers.get(url);
  if (importer === undefined) {
    const file = fileOf(url);
    importer =
      file === undefined
        ? (specifier, options) => import(specifier, options)
        : (evaluateInFile(file, 'module.exports=(s,o)=>import(s,o)') as Importer);
    importers.set(url, importer);
  }
  return importer;
}
