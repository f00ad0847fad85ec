import { inspect } from 'node:util';
import { PicklingError } from './errors.js';

/** One step of the way to a part of a value: a key, an index, or words of its own. */
export type Step = string | number | { readonly text: string } | { readonly inside: string };

/** Where in a value its traveller is, for the errors that it finds there. */
export class Path {
  readonly #steps: Step[] = [];

  enter(step: Step): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** `value.config.sockets[1]`, or `function job → config.sockets[1]` */
  toString(): string {
    let text = 'value';
    for (const [i, step] of this.#steps.entries()) {
      if (typeof step === 'object' && 'inside' in step) {
        text = i === 0 ? step.inside : `${text}: ${step.inside}`;
      } else {
        text += textOf(step);
      }
    }
    return text;
  }

  /** The error for what is here. */
  refuse(what: string, options?: ErrorOptions): PicklingError {
    return new PicklingError(`${this}: ${what}`, options);
  }
}

/** The step into a Map's value. */
export function stepToValueOf(key: unknown): Step {
  return {
    // Put into words only for an error.
    get text() {
      const isObject = (typeof key === 'object' && key !== null) || typeof key === 'function';
      return `.get(${isObject ? '…' : inspect(key)})`;
    },
  };
}

function textOf(step: string | number | { readonly text: string }): string {
  if (typeof step === 'number') return `[${step}]`;
  if (typeof step === 'object') return step.text;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `.${step}` : `[${inspect(step)}]`;
}
