import { findBindings } from './bindings.js';
import { cannotTravel, ownName } from './cannot-travel.js';
import { type Capture, describeCaptures, findCaptures } from './captures.js';
import type { FunctionSource } from './descriptor.js';
import { freeVariables } from './free-variables.js';
import type { Inspection } from './inspect.js';
import type { Place } from './locate.js';
import { type ParsedFunction, parseFunction } from './parse-function.js';
import { isStrict } from './strictness.js';

/**
 * Describes a function by its source.
 *
 * @throws PicklingError if the source alone does not make the function: it uses something of its
 * surroundings, or something was done to it since
 */
export function describeSource(
  fn: object,
  text: string,
  inspection: Inspection | undefined,
  place: Place | undefined,
): FunctionSource {
  const parsed = parseFunction(text);
  if (parsed === undefined) {
    throw cannotTravel(fn, 'its source has a syntax that heddle cannot read', EXPORT);
  }
  refuseAdditions(fn, parsed);
  refuseSurroundings(fn, parsed, inspection, place);
  return {
    kind: 'value',
    source: parsed.source,
    form: parsed.form,
    name: ownName(fn),
    url: inspection?.script?.url || null,
    line: place?.line ?? 0,
    column: place?.column ?? 0,
    strict: isStrict(fn, parsed, inspection, place),
  };
}

const EXPORT = "export the function from a module other than the program's entry";
const PASS_OR_EXPORT = `pass what it needs as an argument, or ${EXPORT}`;

/** Its properties would be lost. Those of a class come from its source. */
function refuseAdditions(fn: object, { root }: ParsedFunction): void {
  if (root.type === 'ClassExpression') return;
  const [key] = Object.keys(fn);
  if (key !== undefined) {
    throw cannotTravel(fn, `it was given the property \`${key}\``, PASS_OR_EXPORT);
  }
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  const added =
    typeof prototype === 'object' &&
    Object.keys(prototype ?? {}).find((name) => name !== 'constructor');
  if (added) throw cannotTravel(fn, `its prototype was given \`${added}\``, EXPORT);
}

function refuseSurroundings(
  fn: object,
  parsed: ParsedFunction,
  inspection: Inspection | undefined,
  place: Place | undefined,
): void {
  const bindings = findBindings(parsed);
  if (bindings.obstacle !== undefined) {
    const { uses, hint, offset } = bindings.obstacle;
    throw cannotTravel(fn, `it uses ${uses} ${where([offset])}`, hint ?? EXPORT);
  }
  if (bindings.relativeImport !== undefined && !inspection?.script?.url) {
    const what = 'it imports a path relative to its file, and its file is not known';
    throw cannotTravel(fn, `${what} ${where([bindings.relativeImport])}`, EXPORT);
  }
  const captures = findCaptures(
    fn,
    freeVariables(parsed),
    bindings.typeofOperands,
    inspection,
    place,
  );
  if (captures.length === 0) return;
  throw cannotTravel(fn, `it uses ${describeCaptures(captures, where)}`, hintFor(captures));

  function where(offsets: number[]): string {
    const first = (place?.line ?? 0) + 1;
    const lines = new Set(
      offsets.map((offset) => {
        const text = parsed.source.slice(0, Math.max(offset - parsed.lead, 0));
        return first + (text.match(/\r\n|[\n\r\u2028\u2029]/g)?.length ?? 0);
      }),
    );
    const numbers = `line${lines.size > 1 ? 's' : ''} ${[...lines].join(', ')}`;
    return place ? `(${numbers})` : `(${numbers} of the function)`;
  }
}

function hintFor(captures: Capture[]): string {
  const isAll = (...kinds: Capture['kind'][]) => captures.every(({ kind }) => kinds.includes(kind));
  if (isAll('arguments')) return 'declare parameters';
  if (isAll('import', 'file')) return `use \`await import(…)\` within it, or ${EXPORT}`;
  return PASS_OR_EXPORT;
}
