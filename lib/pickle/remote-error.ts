import * as errors from '../errors.js';

/** What of an error travels. */
export interface PackedError {
  name: string;
  message: string;
  stack: string | undefined;
  hasCause: boolean;
  cause: unknown;
  /** The error's own fields. */
  fields: Record<string, unknown>;
}

type ErrorClass = new (message?: string) => Error;

const classes = new Map<string, ErrorClass>();
for (const type of [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
]) {
  classes.set(type.name, type);
}
for (const [name, type] of Object.entries(errors)) {
  if (typeof type === 'function' && type.prototype instanceof Error) {
    classes.set(name, type as ErrorClass);
  }
}

/** Makes a class of errors known by its name, so that its instances keep it when they travel. */
export function registerError(type: ErrorClass): void {
  classes.set(type.name, type);
}

/** The stack of an error as it was where it happened; the `cause` of what arrives here. */
export class RemoteTraceback extends Error {
  override name = 'RemoteTraceback';

  constructor(stack: string, cause?: { cause: unknown }) {
    super('the error happened in another thread or process:', cause);
    this.stack = `${this.name}: ${this.message}\n${stack}`;
  }
}

export function packError(error: Error): PackedError {
  const { name, message, stack, cause, ...fields } = error as Error & Record<string, unknown>;
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    hasCause: Object.hasOwn(error, 'cause'),
    cause: error.cause,
    fields,
  };
}

/**
 * The error again, of its class where that is known here. Its stack begins where it is rebuilt;
 * its cause carries the stack from where it happened, and behind that its own cause.
 */
export function unpackError(packed: PackedError): Error {
  const type = classes.get(packed.name);
  const error = type ? new type(packed.message) : new Error(packed.message);
  if (!type) hidden(error, 'name', packed.name);
  for (const [key, value] of Object.entries(packed.fields)) {
    Object.defineProperty(error, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  const own = packed.hasCause ? { cause: packed.cause } : undefined;
  hidden(error, 'stack', `${packed.name}: ${packed.message}`);
  if (packed.stack !== undefined) hidden(error, 'cause', new RemoteTraceback(packed.stack, own));
  else if (own) hidden(error, 'cause', own.cause);
  return error;
}

/** As the language itself defines an error's own properties. */
function hidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
