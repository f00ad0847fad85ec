/** A function or a class. */
// biome-ignore lint/complexity/noBannedTypes: a class cannot be called, and is meant too
export type Callable = Function;

/** What the other side needs to rebuild a function, except for the values in it; plain JSON. */
export type FunctionDescriptor = FunctionReference | FunctionSource | BoundFunction;

/** A function that the other side finds where this side found it. */
export interface FunctionReference {
  kind: 'reference';
  /**
   * What `url` names and `path` starts from: the namespace of an ES module, the `module.exports` of
   * a CommonJS module or of one of Node's own, or `globalThis`.
   */
  format: 'module' | 'commonjs' | 'builtin' | 'global';
  /** `file:…`, `node:…` or `global:`. */
  url: string;
  /** The properties that lead to the function: `['default']`, `['Tools', 'run']`, … */
  path: string[];
}

/**
 * A function that the other side compiles again. Its values are those of `variables`, then the class
 * that it extends if `hasBase`, then those of `properties`.
 */
export interface FunctionSource {
  kind: 'value';
  /** The function's text with its line breaks; as long as the original where nothing is replaced. */
  source: string;
  /** Where such a text may stand: as an expression, or as a method of an object literal. */
  form: 'expression' | 'method';
  name: string;
  /** The file that it comes from: the base of its `import()`, and shown in stack traces. */
  url: string | null;
  /** Where the text starts in that file, from 0; 0 and 0 where that is unknown. */
  line: number;
  column: number;
  strict: boolean;
  /** Where the author wrote it, if a loader has compiled the file. */
  original?: { line: number; column: number };
  /** The variables that it captured. */
  variables?: string[];
  /** The variables that stand for modules or their exports; these are loaded before it is made. */
  imports?: Import[];
  /** The variables that each file has for itself. */
  fileVariables?: FileVariable[];
  hasBase?: true;
  properties?: Property[];
}

/** A variable whose value is found in a module. */
export interface Import {
  local: string;
  /** `file:…`, `node:…`; or what `deferred` made of a specifier that could not be resolved. */
  url: string;
  /** The export; `*` for the namespace, null for what `require` gives. */
  name: string | null;
}

/**
 * What a variable of its file stands for: `require` and the like, `import.meta`, `import()`. The bare
 * module is that of a file which must not be loaded.
 */
export interface FileVariable {
  local: string;
  what:
    | 'require'
    | 'module'
    | 'bareModule'
    | 'exports'
    | '__filename'
    | '__dirname'
    | 'meta'
    | 'import';
}

/** A property that the function (or its `prototype`) has been given, or a static field of a class. */
export interface Property {
  of?: 'prototype';
  key: string;
  /** The key is a symbol: `Symbol.for(key)`, or `Symbol[key]`. */
  symbol?: 'registered' | 'wellKnown';
}

/** The result of `bind`. Its values are the function, `this` and the arguments. */
export interface BoundFunction {
  kind: 'bound';
  name: string;
}

/** What one function consists of. */
export interface FunctionParts {
  /**
   * The same object for every function of the same place, kind and name, so that it can be the key
   * of a WeakMap.
   */
  readonly code: FunctionDescriptor;
  /** What this one captured now, in the order that `code` names; nothing for references. */
  readonly values: readonly unknown[];
}

/** How to take apart what was put together here: without the inspector. */
export const arrivals = new WeakMap<object, () => FunctionParts>();
