/** What Python calls the classes of errors that it has, too: `queue.Full`. */

type ErrorClass = abstract new (...args: never[]) => Error;

const classes = new Map<string, ErrorClass>();
const names = new Map<object, string>();

/** Enters a class under Python's names for it, the one that is written first. */
export function namePythonError(type: ErrorClass, ...pythonNames: readonly string[]): void {
  for (const name of pythonNames) {
    classes.set(name, type);
    if (!names.has(type.prototype)) names.set(type.prototype, name);
  }
}

/** The class that has one of these names, if it was entered. */
export function errorNamedByPython(name: string): ErrorClass | undefined {
  return classes.get(name);
}

/** Python's name for an error's class, or for the next that it extends. */
export function pythonNameOfError(error: Error): string | undefined {
  let prototype: object | null = Object.getPrototypeOf(error);
  for (; prototype; prototype = Object.getPrototypeOf(prototype)) {
    const name = names.get(prototype);
    if (name !== undefined) return name;
  }
  return undefined;
}
