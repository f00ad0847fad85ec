import { type Analysis, analyse } from './analyse.js';
import { cannotTravel, ownName } from './cannot-travel.js';
import { type Capture, describeCaptures, findCaptures } from './captures.js';
import type { FunctionSource } from './descriptor.js';
import type { Inspection } from './inspect.js';
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
): FunctionSource {
  const analysis = analyse(text, inspection);
  if (analysis === undefined) {
    throw cannotTravel(fn, 'its source has a syntax that heddle cannot read', EXPORT);
  }
  if (!analysis.isClass) refuseAdditions(fn);
  refuseSurroundings(fn, analysis, inspection);
  const { script, place } = inspection ?? {};
  return {
    kind: 'value',
    source: analysis.source,
    form: analysis.form,
    name: ownName(fn),
    url: script?.url || null,
    line: place?.line ?? 0,
    column: place?.column ?? 0,
    strict: isStrict(fn, analysis.isClass, inspection),
  };
}

const EXPORT = "export the function from a module other than the program's entry";
const PASS_OR_EXPORT = `pass what it needs as an argument, or ${EXPORT}`;

/** Its properties would be lost, where those of a class come from its source. */
function refuseAdditions(fn: object): void {
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
  analysis: Analysis,
  inspection: Inspection | undefined,
): void {
  const { source, lead, bindings } = analysis;
  if (bindings.obstacle !== undefined) {
    const { uses, hint, offset } = bindings.obstacle;
    throw cannotTravel(fn, `it uses ${uses} ${where([offset])}`, hint ?? EXPORT);
  }
  if (bindings.relativeImport !== undefined && !inspection?.script?.url) {
    const what = 'it imports a path relative to its file, and its file is not known';
    throw cannotTravel(fn, `${what} ${where([bindings.relativeImport])}`, EXPORT);
  }
  const captures = findCaptures(fn, analysis, inspection);
  if (captures.length === 0) return;
  throw cannotTravel(fn, `it uses ${describeCaptures(captures, where)}`, hintFor(captures));

  function where(offsets: number[]): string {
    const place = inspection?.place;
    const first = (place?.line ?? 0) + 1;
    const lines = new Set(
      offsets.map((offset) => {
        const text = source.slice(0, Math.max(offset - lead, 0));
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
