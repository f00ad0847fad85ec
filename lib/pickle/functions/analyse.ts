import { type Bindings, findBindings } from './bindings.js';
import { type ClassShape, readShape } from './class-shape.js';
import type { FunctionSource } from './descriptor.js';
import { type FreeVariables, freeVariables } from './free-variables.js';
import type { Inspection } from './inspect.js';
import { withoutInsertions } from './instrumented.js';
import { parseFunction } from './parse-function.js';
import type { Place, Script } from './scripts.js';

/** What a function's text says. Its offsets count from `lead` before the text. */
export interface Analysis {
  form: FunctionSource['form'];
  source: string;
  lead: number;
  /** Undefined for what is no class. */
  shape: ClassShape | undefined;
  /** Where its own name stands in the text. */
  name: readonly [start: number, end: number] | undefined;
  variables: FreeVariables;
  bindings: Bindings;
  /** The descriptions of its functions, by how they differ. */
  codes: Map<string, FunctionSource>;
}

/** A place makes many functions. A place is the same object as long as its script is there. */
const byPlace = new WeakMap<Place, Analysis>();
/** Where the place is not known. */
const byText = new Map<string, Analysis>();
const KEPT = 1000;

/**
 * Reads the text of a function.
 *
 * @returns undefined for a text that is newer than the parser
 */
export function analyse(
  text: string,
  script: Script | undefined,
  place: Place | undefined,
): Analysis | undefined {
  const key = `${script?.url}\n${text}`;
  const known = place ? byPlace.get(place) : byText.get(key);
  if (known !== undefined) return known;
  const analysis = read(text);
  if (analysis === undefined) return undefined;
  if (place) byPlace.set(place, analysis);
  else {
    if (byText.size >= KEPT) byText.delete(byText.keys().next().value!);
    byText.set(key, analysis);
  }
  return analysis;
}

/** What is known of a place already. */
export function analysisOf({ place }: Inspection): Analysis | undefined {
  return place && byPlace.get(place);
}

function read(text: string): Analysis | undefined {
  const parsed = parseFunction(withoutInsertions(text));
  if (parsed === undefined) return undefined;
  const { form, source, lead, root } = parsed;
  const id = root.type === 'ArrowFunctionExpression' ? undefined : root.id;
  return {
    form,
    source,
    lead,
    shape: readShape(root, lead),
    name: id ? [id.start - lead, id.end - lead] : undefined,
    variables: freeVariables(parsed),
    bindings: findBindings(parsed),
    codes: new Map(),
  };
}
