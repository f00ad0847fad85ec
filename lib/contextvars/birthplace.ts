/** A variable is made by its constructor, which asks here; what called that comes next. */
const DEPTH = 4;

/** How often something was made at a place. */
const counts = new Map<string, number>();

/**
 * What identifies a variable that is being made at the top level of a module, the same in every
 * thread which loads the module: the place in the source, and the how-manieth it is there.
 *
 * @returns undefined anywhere else
 */
export function birthplace(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEPTH;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  // Here, the constructor, its caller, and Node's loader if that is a module's top level.
  const [, , caller = '', outer = ''] = typeof stack === 'string' ? frames(stack) : [];
  if (!/\(?node:internal\/modules\//.test(outer)) return undefined;
  const place = /^at (?:Object\.<anonymous> \()?((?:file:|\/|[A-Za-z]:).*:\d+:\d+)\)?$/.exec(
    caller,
  )?.[1];
  if (place === undefined) return undefined;
  const count = counts.get(place) ?? 0;
  counts.set(place, count + 1);
  return `${place}#${count}`;
}

function frames(stack: string): string[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
}
