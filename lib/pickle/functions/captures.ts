import type { Analysis } from './analyse.js';
import { follow } from './find-path.js';
import { type Inspection, type Scope, valueIn } from './inspect.js';
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

/** Tells the variables of a function's surroundings from those that every thread has. */
export function findCaptures(
  fn: object,
  analysis: Analysis,
  inspection: Inspection | undefined,
): Capture[] {
  const { uses, ownName } = analysis.variables;
  const { typeofOperands } = analysis.bindings;
  const captures: Capture[] = [];
  for (const [name, offsets] of uses) {
    const scope = inspection && scopeOf(name, inspection);
    if (scope === undefined) {
      if (standardGlobals.has(name) && !isOtherBase(fn, name, analysis)) continue;
      const isNowhere = inspection !== undefined && !(name in globalThis);
      if (isNowhere && offsets.some((offset) => typeofOperands.has(offset))) continue;
    }
    captures.push({ name, offset: offsets[0]!, ...kindOf(name, scope, analysis, inspection) });
  }
  if (ownName !== undefined && inspection !== undefined && isRebound(fn, ownName, inspection)) {
    captures.push({ name: ownName, kind: 'variable', offset: 0 });
  }
  return captures;
}

function scopeOf(name: string, { scopes }: Inspection): Scope | undefined {
  return scopes.find(({ variables }) => Object.hasOwn(variables, name));
}

function kindOf(
  name: string,
  scope: Scope | undefined,
  { isClass }: Analysis,
  inspection: Inspection | undefined,
): Pick<Capture, 'kind' | 'from'> {
  if (name === 'arguments') return { kind: 'arguments' };
  if (FILE_VARIABLES.has(name) && !inspection?.script?.isModule) return { kind: 'file' };
  if (scope?.kind === 'Module') {
    const from = inspection?.script?.syntax.imports.get(name);
    if (from !== undefined) return { kind: 'import', from };
  }
  const isNowhere = inspection !== undefined && scope === undefined && !isClass;
  return { kind: isNowhere ? 'global' : 'variable' };
}

/**
 * What a class extends and the names that it computes are evaluated where it stands, so V8 need not
 * keep those variables for it, and the scopes do not show that they hide globals.
 */
function isOtherBase(fn: object, name: string, { base }: Analysis): boolean {
  return name === base && Object.getPrototypeOf(fn) !== follow(globalThis, [name]);
}

/**
 * A declared function finds itself through the variable of its name. Where that was set to something
 * else since (`job = memoize(job)`), its name does not mean the function.
 */
function isRebound(fn: object, name: string, inspection: Inspection): boolean {
  const { script, place } = inspection;
  const scope = scopeOf(name, inspection);
  if (scope === undefined || place === undefined || valueIn(scope, name) === fn) return false;
  return script!.syntax.declarations.has(place.offset);
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
