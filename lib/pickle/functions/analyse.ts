import { type Bindings, findBindings } from './bindings.js';
import type { FunctionSource } from './descriptor.js';
import { type FreeVariables, freeVariables } from './free-variables.js';
import type { Inspection } from './inspect.js';
import { parseFunction } from './parse-function.js';
import type { Script } from './scripts.js';

/** What a function's text says. Its offsets count from `lead` before the text. */
export interface Analysis {
  form: FunctionSource['form'];
  source: string;
  lead: number;
  isClass: boolean;
  /** The variable that a class names as what it extends. */
  base: string | undefined;
  variables: FreeVariables;
  bindings: Bindings;
}

/** By where they start, the functions of each script: a place makes many functions. */
const analyses = new WeakMap<Script, Map<number, Analysis>>();

/**
 * Reads the text of a function.
 *
 * @returns undefined for a text that is newer than the parser
 */
export function analyse(text: string, inspection: Inspection | undefined): Analysis | undefined {
  const { script, place } = inspection ?? {};
  if (script === undefined || place === undefined) return read(text);
  const ofScript = analyses.get(script) ?? new Map<number, Analysis>();
  analyses.set(script, ofScript);
  let analysis = ofScript.get(place.offset);
  if (analysis === undefined) {
    analysis = read(text);
    if (analysis !== undefined) ofScript.set(place.offset, analysis);
  }
  return analysis;
}

function read(text: string): Analysis | undefined {
  const parsed = parseFunction(text);
  if (parsed === undefined) return undefined;
  const { form, source, lead, root } = parsed;
  const isClass = root.type === 'ClassExpression';
  return {
    form,
    source,
    lead,
    isClass,
    base: isClass && root.superClass?.type === 'Identifier' ? root.superClass.name : undefined,
    variables: freeVariables(parsed),
    bindings: findBindings(parsed),
  };
}
