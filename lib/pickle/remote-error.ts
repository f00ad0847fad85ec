import * as errors from '../errors.js';
import { addErrorPrototype } from './builtins.js';
import { PicklingError, UnpicklingError } from './errors.js';
import { forgetPlans } from './plan-cache.js';
import { namePythonError } from './python-names.js';

/** What of an error travels beside its class and own fields. */
export interface PackedError {
  name: string;
  message: string;
  stack?: string;
  cause?: unknown;
  /** Of an AggregateError. */
  errors?: unknown;
  /** Of a SuppressedError. */
  error?: unknown;
  suppressed?: unknown;
  /** The stack is of another thread already. */
  isRemote?: boolean;
  /** The name that its class would have given it, had it come along. */
  lostName?: string;
}

type ErrorClass = new (message?: string) => Error;

const names = new Map<object, string>();
const prototypes = new Map<string, object>();

/**
 * Makes a class of errors known by its name, so that its instances keep it when they travel.
 *
 * @param pythonNames what Python calls it, with the module; first the name that its pickles have
 */
export function registerError(type: ErrorClass, ...pythonNames: readonly string[]): void {
  names.set(type.prototype, type.name);
  prototypes.set(type.name, type.prototype);
  addErrorPrototype(type.prototype);
  namePythonError(type, ...pythonNames);
  forgetPlans();
}

/** The name of the class that has this prototype. */
export function nameOfErrorClass(prototype: object): string {
  return names.get(prototype) as string;
}

/** The prototype of the class of that name; undefined where nobody has registered it. */
export function errorPrototypeNamed(name: string): object | undefined {
  return prototypes.get(name);
}

/** The stack of an error as it was where it happened; the `cause` of what arrives here. */
export class RemoteTraceback extends Error {
  override name = 'RemoteTraceback';

  constructor(stack: string, cause?: { cause: unknown }) {
    super('the error happened in another thread or process:', cause);
    this.stack = `${this.name}: ${this.message}\n${stack}`;
  }
}

const standard = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError'];
for (const name of ['Error', ...standard, 'URIError', 'AggregateError', 'SuppressedError']) {
  const type = (globalThis as unknown as Record<string, ErrorClass | undefined>)[name];
  if (type) registerError(type);
}
for (const type of Object.values(errors)) {
  if (typeof type === 'function' && type.prototype instanceof Error) {
    registerError(type as unknown as ErrorClass);
  }
}
for (const type of [PicklingError, UnpicklingError]) registerError(type);
registerError(RemoteTraceback as unknown as ErrorClass);

/** What an error has that the language itself gives it, and does not enumerate. */
const HIDDEN = ['cause', 'errors', 'error', 'suppressed'] as const;

export function packError(error: Error): PackedError {
  const { name, message, stack } = error;
  const packed: PackedError = { name: String(name), message: String(message) };
  if (typeof stack === 'string') packed.stack = stack;
  if (error instanceof RemoteTraceback) packed.isRemote = true;
  for (const key of HIDDEN) {
    const own = Object.getOwnPropertyDescriptor(error, key);
    if (own && (key === 'cause' || !own.enumerable)) packed[key] = error[key as 'cause'];
  }
  return packed;
}

/** A new error, of no class yet and without a stack: to make one takes time. */
export function emptyError(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

/**
 * Gives an error what travelled. Its own stack begins where it is rebuilt; its cause carries the
 * stack from where it happened, and behind that its own cause.
 */
export function fillError(error: Error, packed: PackedError): void {
  const { name, message, stack, isRemote, lostName } = packed;
  hidden(error, 'message', message);
  if (lostName !== undefined && error.name !== lostName) hidden(error, 'name', lostName);
  hidden(error, 'stack', isRemote ? stack : `${name}: ${message}`);
  for (const key of HIDDEN) if (key in packed) hidden(error, key, packed[key]);
  if (stack !== undefined && !isRemote) {
    const own = 'cause' in packed ? { cause: packed.cause } : undefined;
    hidden(error, 'cause', new RemoteTraceback(stack, own));
  }
}

/** As the language itself defines an error's own properties. */
function hidden(error: Error, key: string, value: unknown): void {
  const own = { value, writable: true, enumerable: false, configurable: true };
  Object.defineProperty(error, key, own);
}
