import {
  type Callable,
  type FunctionDescriptor,
  putTogether,
  type Shell,
} from './functions/index.js';

/** By their texts, the codes that came last, and the functions of those that are references. */
const known = new Map<string, { code: FunctionDescriptor; shell?: Shell }>();
const KEPT = 1000;

/**
 * A function of the code that this text is of, without what it captured.
 *
 * @throws ModulesNeeded
 */
export function rebuiltFunction(text: string, base: Callable | undefined): Shell {
  let entry = known.get(text);
  if (entry === undefined) {
    entry = { code: JSON.parse(text) as FunctionDescriptor };
    const oldest = known.size >= KEPT ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(text, entry);
  }
  if (entry.shell) return entry.shell;
  const shell = putTogether(entry.code, base);
  // What a module exports is the same each time.
  if (entry.code.kind === 'reference') entry.shell = shell;
  return shell;
}
