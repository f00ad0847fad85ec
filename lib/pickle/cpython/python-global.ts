import { checkString } from '../../_internal/index.js';

/**
 * A class or function of Python's by its name: what a pickle has where Python has the class itself,
 * as the type of an object or as a value.
 */
export class PythonGlobal {
  /**
   * @param module the module: `'decimal'`
   * @param name the name in it, which may have dots: `'Decimal'`
   * @throws TypeError if one is no string
   */
  constructor(
    readonly module: string,
    readonly name: string,
  ) {
    checkString('module', module);
    checkString('name', name);
  }

  toString(): string {
    return `${this.module}.${this.name}`;
  }
}
