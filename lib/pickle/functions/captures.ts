import type { Callable } from './descriptor.js';
import type { FreeVariables } from './free-variables.js';
import { type Inspection, type Scope, valueIn } from './inspect.js';
import type { Place } from './locate.js';
import { FILE_VARIABLES, standardGlobals } from './standard-globals.js';

/** A variable that a function takes from its surroundings. */
export interface Capture {
  name: string;
  kind: 'variable' | 'import' | 'file' | 'global' | 'arguments';
  /** The module that it was imported from. */
  from?: string | undefined;
  /** Where the program first uses it. */
  offset: number;
}

/**
 * Tells the variables of a function's surroundings from those that every thread has.
 *
 * @param typeofOperands where the function may ask for variables that do not exist
 */
export function findCaptures(
  fn: object,
  { uses, usesOwnName }: FreeVariables,
  typeofOperands: ReadonlySet<number>,
  inspection: Inspection | undefined,
  place: Place | undefined,
): Capture[] {
  const captures: Capture[] = [];
  for (const [name, offsets] of uses) {
    const scope = inspection && scopeOf(name, inspection);
    if (scope === undefined) {
      if (standardGlobals.has(name)) continue;
      const isNowhere = inspection !== undefined && !(name in globalThis);
      if (isNowhere && offsets.some((offset) => typeofOperands.has(offset))) continue;
    }
    captures.push({ name, offset: offsets[0]!, ...kindOf(name, scope, inspection) });
  }
  if (usesOwnName) captures.push(...reboundName(fn, inspection, place));
  return captures;
}

function scopeOf(name: string, { scopes }: Inspection): Scope | undefined {
  return scopes.find(({ variables }) => Object.hasOwn(variables, name));
}

function kindOf(
  name: string,
  scope: Scope | undefined,
  inspection: Inspection | undefined,
): Pick<Capture, 'kind' | 'from'> {
  if (name === 'arguments') return { kind: 'arguments' };
  if (FILE_VARIABLES.has(name) && !inspection?.script?.isModule) return { kind: 'file' };
  if (scope?.kind === 'Module') {
    const from = inspection?.script?.syntax.imports.get(name);
    if (from !== undefined) return { kind: 'import', from };
  }
  return { kind: inspection !== undefined && scope === undefined ? 'global' : 'variable' };
}

/**
 * A declared function finds itself through the variable of its name. Where that was set to something
 * else since (`job = memoize(job)`), its name does not mean the function.
 */
function reboundName(
  fn: object,
  inspection: Inspection | undefined,
  place: Place | undefined,
): Capture[] {
  const { name } = fn as Callable;
  const scope = inspection && scopeOf(name, inspection);
  if (!scope || !place || valueIn(scope, name) === fn) return [];
  const isDeclared = inspection.script?.syntax.declarations.has(place.offset);
  return isDeclared ? [{ name, kind: 'variable', offset: 0 }] : [];
}

/** Names variables and where they are used, as in "it uses …". */
export function describeCaptures(
  captures: Capture[],
  where: (offsets: number[]) => string,
): string {
  const groups = new Map<string, Capture[]>();
  for (const capture of captures) {
    const key = `${capture.kind} ${capture.from}`;
    groups.set(key, [...(groups.get(key) ?? []), capture]);
  }
  return list(
    [...groups.values()].map(
      (group) => `${describeGroup(group)} ${where(group.map(({ offset }) => offset))}`,
    ),
  );
}

function describeGroup(group: Capture[]): string {
  const names = list(group.map(({ name }) => `\`${name}\``));
  const plural = group.length > 1 ? 's' : '';
  const { kind, from } = group[0]!;
  switch (kind) {
    case 'variable':
      return `the variable${plural} ${names} of its surroundings`;
    case 'import':
      return `${names}, imported from '${from}'`;
    case 'file':
      return `${names} of its CommonJS file`;
    case 'global':
      return `the global${plural} ${names}, which not every thread has`;
    case 'arguments':
      return `${names} of its surroundings`;
  }
}

function list(parts: string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
