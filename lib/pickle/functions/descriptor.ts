/** A function or a class. */
// biome-ignore lint/complexity/noBannedTypes: a class cannot be called, and is meant too
export type Callable = Function;

/** What the other side needs to rebuild a function; plain JSON. */
export type FunctionDescriptor = FunctionReference | FunctionSource;

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

/** A function that the other side compiles again. */
export interface FunctionSource {
  kind: 'value';
  /** The function's text, as long as the original and with its line breaks. */
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
}

/**
 * What functions were described as. Neither a reference nor the source of a function ever changes.
 * A rebuilt function is here too, so that it can be sent on without another look at it.
 */
export const descriptors = new WeakMap<object, FunctionDescriptor>();
