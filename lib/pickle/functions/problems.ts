import type { Inspection } from './inspect.js';
import { lastLineOf, lineBreaksIn } from './source-text.js';

/** A variable that stands in the way of a function. */
export interface Problem {
  name: string;
  kind: 'variable' | 'unset' | 'file' | 'global' | 'arguments' | 'namespace' | 'computed';
  /** Where the program first uses it. */
  offset: number;
}

const EXPORT = "export the function from a module other than the program's entry";
export const PASS_OR_EXPORT = `pass what it needs as an argument, or ${EXPORT}`;
export { EXPORT };

/** Names variables and where they are used, as in "it uses …". */
export function describeProblems(
  problems: readonly Problem[],
  where: (offsets: number[]) => string,
): string {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    groups.set(problem.kind, [...(groups.get(problem.kind) ?? []), problem]);
  }
  return list(
    [...groups.values()].map(
      (group) => `${describeGroup(group)} ${where(group.map(({ offset }) => offset))}`,
    ),
  );
}

function describeGroup(group: Problem[]): string {
  const names = list(group.map(({ name }) => `\`${name}\``));
  const plural = group.length > 1 ? 's' : '';
  switch (group[0]!.kind) {
    case 'variable':
      return `the variable${plural} ${names} of its surroundings`;
    case 'unset':
      return `the variable${plural} ${names}, which ${plural ? 'have' : 'has'} no value yet`;
    case 'file':
      return `${names} of its CommonJS file`;
    case 'global':
      return `the global${plural} ${names}, which not every thread has`;
    case 'arguments':
      return `${names} of its surroundings`;
    case 'namespace':
      return `${names}, the namespace of a module that cannot be told`;
    case 'computed':
      return `the computed name ${names}, which cannot be told`;
  }
}

/** What to do about them. */
export function hintFor(problems: readonly Problem[], isDenied: boolean): string {
  switch (problems[0]?.kind) {
    case 'arguments':
      return 'declare parameters';
    case 'unset':
      return 'send it later';
    case 'namespace':
      return 'use a static import, or `await import(…)` within the function';
    default:
      return isDenied ? `allow the inspector (--allow-inspector), or ${EXPORT}` : PASS_OR_EXPORT;
  }
}

/** Says the lines of offsets in a function's text, as in "(line 3)". */
export function saysLines(
  source: string,
  lead: number,
  { script, place }: Partial<Inspection> = {},
): (offsets: number[]) => string {
  return (offsets) => {
    const lines = new Set(offsets.map((offset) => lineOf(Math.max(offset - lead, 0)) + 1));
    const numbers = `line${lines.size > 1 ? 's' : ''} ${[...lines].join(', ')}`;
    return place === undefined ? `(${numbers} of the function)` : `(${numbers})`;
  };

  function lineOf(offset: number): number {
    const before = source.slice(0, offset);
    const breaks = lineBreaksIn(before);
    if (place === undefined || script === undefined) return breaks;
    const column = breaks > 0 ? lastLineOf(before).length : place.column + offset;
    const line = place.line + breaks;
    return script.original(line, column)?.line ?? line;
  }
}

function list(parts: string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
