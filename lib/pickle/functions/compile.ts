import { findSourceMap } from 'node:module';
import { constants, Script } from 'node:vm';
import type { Callable, FunctionSource } from './descriptor.js';
import { fileOf } from './entry.js';
import { evaluateInFile } from './import-beside.js';
import { instrumented } from './instrumented.js';
import { BASE, LATER, WRAPPING } from './wrapping.js';

/** What a class does when all that it captured is there. */
export interface Later {
  run?: () => void;
}

/** Begins a function, which has variables of its own. */
export type Maker = (
  later: Later,
  base: Callable | undefined,
) => [
  /** Sets the variables that are there before the function is made. */
  prepare: (values: readonly unknown[]) => void,
  /** Sets what it captured. */
  set: (values: readonly unknown[]) => void,
  /** What it captured, as it is now. */
  get: () => unknown[],
  /** Gives the function, or the object that has it as its only member. */
  make: () => unknown,
];

/** Compiles the source of functions, so that errors point at where it came from. */
export function compile(code: FunctionSource): Maker {
  const { form, url } = code;
  const { line, column } = positionOf(code);
  const source = instrumented(code, line);
  const { before, after } = WRAPPING[form];
  const head = headOf(code) + before;
  const text = `${source}${after}]})`;
  const file = url === null ? undefined : fileOf(url);
  if (file !== undefined && /\bimport\b/.test(source)) {
    // Line breaks and blanks bring the source to its place, as far as what comes first allows it.
    const lead = `module.exports=${'\n'.repeat(line)}`;
    const taken = head.length + (line > 0 ? 0 : lead.length);
    const blanks = ' '.repeat(Math.max(column - taken, 0));
    return evaluateInFile(file, lead + blanks + head + text) as Maker;
  }
  const script = new Script(head + text, {
    filename: url ?? '<function>',
    lineOffset: line,
    columnOffset: column - head.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as Maker;
}

/**
 * A thread that has loaded the same compiled file may map its positions itself. No other knows the
 * lines within the function then, but the one where it starts.
 */
function positionOf({ url, original, line, column }: FunctionSource) {
  const isMapped = original === undefined || (url !== null && findSourceMap(url) !== undefined);
  return isMapped ? { line, column } : original;
}

/** What comes before the source, in one line. */
function headOf({ strict, variables = [], imports = [], fileVariables = [] }: FunctionSource) {
  const early = [...imports, ...fileVariables].map(({ local }) => local);
  const names = [...new Set([...variables, ...early])];
  const directive = strict ? '"use strict";' : '';
  const declarations = names.length > 0 ? `var ${names.join()};` : '';
  return (
    `(function(${LATER},${BASE}){${directive}${declarations}` +
    `return[${setterOf(early)},${setterOf(variables)},()=>[${variables.join()}],()=>`
  );
}

function setterOf(names: string[]): string {
  const set = names.map((name, index) => `${name}=arguments[0][${index}]`);
  return `function(){${set.join(';')}}`;
}
