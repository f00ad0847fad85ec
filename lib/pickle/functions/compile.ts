import { Module } from 'node:module';
import { constants, Script } from 'node:vm';
import type { Callable, FunctionSource } from './descriptor.js';
import { fileOf } from './entry.js';
import { WRAPPING } from './wrapping.js';

/** Compiles a function that came by value, so that errors point at where it came from. */
export function compile(descriptor: FunctionSource): Callable {
  const value = evaluate(descriptor);
  const fn = descriptor.form === 'method' ? methodOf(value as object) : (value as Callable);
  // The original may have its name from a variable or a computed key.
  const named = Object.getOwnPropertyDescriptor(fn, 'name');
  if (typeof named?.value === 'string' && named.value !== descriptor.name) {
    Object.defineProperty(fn, 'name', { ...named, value: descriptor.name });
  }
  return fn;
}

function evaluate({ source, form, url, line, column, strict }: FunctionSource): unknown {
  const { before, after } = WRAPPING[form];
  const directive = strict ? '"use strict";' : '';
  const text = before + source + after;
  const file = url === null ? undefined : fileOf(url);
  if (file !== undefined && /\bimport\b/.test(source)) {
    const lead = `${directive}module.exports=${'\n'.repeat(line)}`;
    const indent = line > 0 ? column - before.length : column - before.length - lead.length;
    return evaluateInFile(file, lead + ' '.repeat(Math.max(indent, 0)) + text);
  }
  const script = new Script(directive + text, {
    filename: url ?? '<function>',
    lineOffset: line,
    columnOffset: column - before.length - directive.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext();
}

/** What Node loads CommonJS files with. Undocumented, but what loaders have hooked in for ever. */
interface CompilingModule extends NodeModule {
  _compile(text: string, file: string, format: 'commonjs'): void;
}

/**
 * Evaluates a text as if a CommonJS file held it. Its `import()` looks for paths beside the file; so
 * does that of a vm.Script with the default loader, but each thread that uses it warns of it once.
 */
function evaluateInFile(file: string, text: string): unknown {
  const module = new Module(file) as CompilingModule;
  module._compile(text, file, 'commonjs');
  return module.exports;
}

/** The method, getter or setter of an object that has nothing else. */
function methodOf(object: object): Callable {
  const [property] = Object.values(Object.getOwnPropertyDescriptors(object));
  return property?.value ?? property?.get ?? property?.set;
}
