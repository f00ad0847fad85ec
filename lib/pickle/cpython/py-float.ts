import { wrongType } from '../../_internal/index.js';

/**
 * A number that goes to Python as a float, also where it is whole: JavaScript has one type for `1`
 * and `1.0`, and a whole number goes as an int otherwise. It can be used as a number in arithmetic.
 *
 * @see https://docs.python.org/3.13/library/functions.html#float
 */
export class PyFloat {
  /**
   * @param value the number
   * @throws TypeError for what is no number
   */
  constructor(readonly value: number) {
    if (typeof value !== 'number') throw wrongType('value', 'a number', value);
  }

  valueOf(): number {
    return this.value;
  }

  /** As Python writes it: `1.0` */
  toString(): string {
    const { value } = this;
    return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
  }
}
