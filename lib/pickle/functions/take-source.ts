import { readAdditions } from './additions.js';
import { type Analysis, analyse } from './analyse.js';
import { cannotTravel, ownName } from './cannot-travel.js';
import { type Captures, readCaptures, scopeOf } from './captures.js';
import { type ClassSource, classSource } from './class-source.js';
import type { FunctionParts, FunctionSource, Property } from './descriptor.js';
import { type Edit, edit, isWithin, type Range, replacing } from './edits.js';
import { type Inspection, valueIn } from './inspect.js';
import { describeProblems, EXPORT, hintFor, saysLines } from './problems.js';
import { standardGlobals } from './standard-globals.js';
import { isStrict } from './strictness.js';
import { META } from './wrapping.js';

/** A function by its source, and what is known about its captured variables. */
export interface SourceParts extends FunctionParts {
  code: FunctionSource;
  captures: Captures;
}

const NOTHING: ClassSource = { edits: [], dropped: [], hasBase: false, kept: new Set() };

/**
 * Takes a function apart by its source.
 *
 * @throws PicklingError if it uses something of its surroundings that cannot be had elsewhere
 */
export function takeSource(
  fn: object,
  text: string,
  inspection: Inspection | undefined,
): SourceParts {
  const analysis = analyse(text, inspection?.script, inspection?.place);
  if (analysis === undefined) {
    throw cannotTravel(fn, 'its source has a syntax that heddle cannot read', EXPORT);
  }
  refuseObstacles(fn, analysis, inspection);
  const changes = analysis.shape ? changesOf(fn, analysis, inspection) : NOTHING;
  const captures = readCaptures(fn, analysis, inspection, changes.dropped, analysis.lead);
  if (captures.problems.length > 0) throw refusal(fn, analysis, inspection, captures.problems);
  const additions = readAdditions(fn, analysis.shape !== undefined, changes.kept);
  const code = codeOf(fn, analysis, inspection, changes, captures, additions.properties);
  const base = changes.hasBase ? [Object.getPrototypeOf(fn)] : [];
  const values = [...captures.values, ...base, ...additions.values];
  return { code, values, captures };
}

function refuseObstacles(fn: object, analysis: Analysis, inspection: Inspection | undefined): void {
  const { source, lead, bindings } = analysis;
  const { obstacle, relativeImport, metas } = bindings;
  const where = saysLines(source, lead, inspection);
  if (obstacle !== undefined) {
    const { uses, hint, offset } = obstacle;
    throw cannotTravel(fn, `it uses ${uses} ${where([offset])}`, hint ?? EXPORT);
  }
  if (inspection?.script?.url) return;
  if (relativeImport !== undefined) {
    const what = 'it imports a path relative to its file, and its file is not known';
    throw cannotTravel(fn, `${what} ${where([relativeImport])}`, EXPORT);
  }
  if (metas.length > 0) {
    const what = 'it uses `import.meta`, and its file is not known';
    throw cannotTravel(fn, `${what} ${where([metas[0]![0]])}`, EXPORT);
  }
}

function refusal(
  fn: object,
  { source, lead }: Analysis,
  inspection: Inspection | undefined,
  problems: Captures['problems'],
): Error {
  const where = saysLines(source, lead, inspection);
  const hint = hintFor(problems, inspection === undefined);
  return cannotTravel(fn, `it uses ${describeProblems(problems, where)}`, hint);
}

function changesOf(
  cls: object,
  analysis: Analysis,
  inspection: Inspection | undefined,
): ClassSource {
  const { source, lead, variables, shape } = analysis;
  const scopeFor = (name: string) => inspection && scopeOf(name, inspection);
  const changes = classSource(cls, source, shape!, {
    hides: (name) => scopeFor(name) !== undefined,
    isThere: (range) => [...namesIn(range)].every(isThere),
    valueOf: (name) => {
      const scope = scopeFor(name);
      return scope && valueIn(scope, name);
    },
  });
  if (!('unknown' in changes)) return changes;
  const [start, end] = changes.unknown;
  const name = source.slice(start, end);
  throw refusal(cls, analysis, inspection, [{ name, kind: 'computed', offset: start + lead }]);

  function* namesIn([start, end]: Range): Generator<string> {
    for (const [name, offsets] of variables.uses) {
      if (offsets.some((offset) => isWithin([[start + lead, end + lead]], offset))) yield name;
    }
  }

  /** Imports are there before the class is made. */
  function isThere(name: string): boolean {
    const scope = scopeFor(name);
    if (scope === undefined) return standardGlobals.has(name);
    return scope.kind === 'Module' && inspection!.script!.syntax.imports.has(name);
  }
}

/** How many descriptions a place has at most; they differ by the names of its functions, say. */
const MOST = 1000;

/** The description of all functions that are like this one. */
function codeOf(
  fn: object,
  analysis: Analysis,
  inspection: Inspection | undefined,
  { edits, hasBase }: ClassSource,
  captures: Captures,
  properties: readonly Property[],
): FunctionSource {
  const { variables, imports, fileVariables, isRebound } = captures;
  const name = ownName(fn);
  const isPlain = edits.length + imports.length + fileVariables.length + properties.length === 0;
  const key = isPlain
    ? `${name}|${variables.join()}|${isRebound}|${hasBase}`
    : JSON.stringify([name, variables, isRebound, imports, fileVariables, edits, properties]);
  let code = analysis.codes.get(key);
  if (code === undefined) {
    code = describe();
    if (analysis.codes.size >= MOST) analysis.codes.clear();
    analysis.codes.set(key, code);
  }
  return code;

  function describe(): FunctionSource {
    const { form, source, lead, bindings, shape } = analysis;
    const { script, place } = inspection ?? {};
    const all: Edit[] = [...edits];
    for (const [start, end] of bindings.metas) {
      if (!all.some((other) => other.start <= start - lead && end - lead <= other.end)) {
        all.push(replacing(source, start - lead, end - lead, META));
      }
    }
    if (isRebound) all.push(replacing(source, ...analysis.name!, ''));
    const files = [...fileVariables];
    if (bindings.metas.length > 0) files.push({ local: META, what: 'meta' });
    const original = place && script!.original(place.line, place.column);
    return {
      kind: 'value',
      source: edit(source, all),
      form,
      name,
      url: script?.url || null,
      line: place?.line ?? 0,
      column: place?.column ?? 0,
      strict: isStrict(fn, shape !== undefined, inspection),
      ...(original && { original }),
      ...(variables.length > 0 && { variables }),
      ...(imports.length > 0 && { imports }),
      ...(files.length > 0 && { fileVariables: files }),
      ...(hasBase && { hasBase }),
      ...(properties.length > 0 && { properties: [...properties] }),
    };
  }
}
