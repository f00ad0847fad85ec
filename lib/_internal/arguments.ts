import { inspect } from 'node:util';

/** "a string ('x')", for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`;
  return `type ${typeof value} (${inspect(value)})`;
}

/** A TypeError about an argument. */
export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return Object.assign(new TypeError(`${name} must be ${expected}, not ${describe(value)}`), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}

/**
 * The options object of a call.
 *
 * @throws TypeError if it is no object or has an unknown option, which is named
 */
export function checkOptions<T extends object>(
  options: T | undefined | null,
  known: readonly (keyof T & string)[],
): T {
  if (options === undefined || options === null) return {} as T;
  if (typeof options !== 'object') throw wrongType('options', 'an object', options);
  for (const key of Object.keys(options)) {
    if (!(known as readonly string[]).includes(key)) {
      throw Object.assign(new TypeError(`unknown option '${key}' (known: ${known.join(', ')})`), {
        code: 'ERR_UNKNOWN_OPTION',
      });
    }
  }
  return options;
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongType(name, 'a function', value);
}

export function checkString(name: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
}

export function checkInteger(name: string, value: unknown): void {
  if (!Number.isSafeInteger(value)) throw wrongType(name, 'an integer', value);
}
