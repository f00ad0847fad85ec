import * as errors from '../../errors.js';
import { PicklingError, UnpicklingError } from '../errors.js';
import { errorNamedByPython, namePythonError, pythonNameOfError } from '../python-names.js';
import { BASES } from './exception-bases.js';
import { pythonRepr } from './python-repr.js';

type ErrorClass = new (message?: string, more?: object) => Error;

// For writing: what is read as this is a ValueError, which is named below.
namePythonError(RangeError, 'builtins.ValueError');
for (const type of Object.values(errors)) {
  if (typeof type !== 'function' || !(type.prototype instanceof Error)) continue;
  const name = `builtins.${type.name}`;
  if (BASES.has(name)) namePythonError(type as unknown as ErrorClass, name);
}
namePythonError(Error, 'builtins.Exception', 'builtins.BaseException');
namePythonError(TypeError, 'builtins.TypeError');
namePythonError(SyntaxError, 'builtins.SyntaxError');
namePythonError(ReferenceError, 'builtins.NameError');
namePythonError(PicklingError, '_pickle.PicklingError', 'pickle.PicklingError');
namePythonError(UnpicklingError, '_pickle.UnpicklingError', 'pickle.UnpicklingError');

/** Whether a name is that of an exception that pickles may have. */
export function isException(name: string): boolean {
  return BASES.has(name) || errorNamedByPython(name) !== undefined;
}

/** The class for an exception of Python's. */
function classNamed(name: string): ErrorClass {
  const known = errorNamedByPython(name);
  if (known) return known as ErrorClass;
  const Base = classNamed(BASES.get(name) ?? 'builtins.Exception');
  const own = name.slice(name.lastIndexOf('.') + 1);
  const made = class extends Base {
    override name = own;
  };
  Object.defineProperty(made, 'name', { value: own });
  if (Base === Error) Object.defineProperty(made.prototype, 'code', { value: 'ERR_PYTHON' });
  namePythonError(made, name);
  return made;
}

/** The error for an exception that Python makes by a call of its class with `args`. */
export function makeException(name: string, args: readonly unknown[]): Error {
  const { stackTraceLimit } = Error;
  // Its stack is in Python, and to take one here takes time.
  Error.stackTraceLimit = 0;
  try {
    const error = construct(classNamed(name), args);
    hidden(error, 'args', [...args]);
    hidden(error, 'stack', `${error.name}${error.message && ': '}${error.message}`);
    return error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function construct(type: ErrorClass, args: readonly unknown[]): Error {
  const [first, second, filename] = args;
  if (type === errors.SystemExit) return new errors.SystemExit(first ?? null);
  const isOSError = type === errors.OSError || type.prototype instanceof errors.OSError;
  if (isOSError && args.length >= 2 && typeof first === 'number') {
    const Exact = type === errors.OSError ? (errors.osErrorClass(first) as ErrorClass) : type;
    const about = typeof filename === 'string' ? `: ${pythonRepr(filename)}` : '';
    const fields = { errno: first, ...(about && { filename }) };
    return new Exact(`[Errno ${first}] ${textOf(second)}${about}`, fields);
  }
  if (args.length === 0) return new type('');
  if (args.length > 1) return new type(pythonRepr(args, '()'));
  return new type(type === (errors.KeyError as unknown) ? pythonRepr(first) : textOf(first));
}

/** As Python's `str()` */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** What Python's class is called with to make the exception again, and its attributes. */
export function describeException(error: Error): {
  name: string;
  args: readonly unknown[];
  attributes: Record<string, unknown> | undefined;
} {
  const name = pythonNameOfError(error) ?? 'builtins.Exception';
  const { args } = error as { args?: unknown };
  if (!Array.isArray(args)) return { name, args: argsOf(error), attributes: undefined };
  // It was read from Python: fields that are not its class's are attributes there.
  const fields = Object.entries(error).filter(([key]) => !RESERVED.has(key));
  const attributes = fields.length > 0 ? Object.fromEntries(fields) : undefined;
  return { name, args, attributes };
}

function argsOf(error: Error): readonly unknown[] {
  const { errno, filename, exitCode, message } = error as NodeJS.ErrnoException & {
    exitCode?: unknown;
    filename?: unknown;
  };
  if (error instanceof errors.SystemExit) return exitCode === null ? [] : [exitCode];
  if (Number.isSafeInteger(errno) && error instanceof errors.OSError) {
    const number = Math.abs(errno as number);
    const about = typeof filename === 'string' ? `: ${pythonRepr(filename)}` : '';
    let text = message;
    if (text.startsWith(`[Errno ${number}] `)) text = text.slice(`[Errno ${number}] `.length);
    if (about && text.endsWith(about)) text = text.slice(0, -about.length);
    return about ? [number, text, filename] : [number, text];
  }
  return message === '' ? [] : [message];
}

/** What an error has of its own here, and its class makes in Python. */
const RESERVED = new Set(
  'name code errno syscall filename exitCode cause stack message args circle'.split(' '),
);

/** Gives an error an attribute that it has in Python; not what it has of its own here. */
export function setAttribute(error: Error, key: string, value: unknown): void {
  if (RESERVED.has(key)) return;
  Object.defineProperty(error, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function hidden(error: Error, key: string, value: unknown): void {
  const own = { value, writable: true, enumerable: false, configurable: true };
  Object.defineProperty(error, key, own);
}
