import { describe } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import { isDict, replaceDicts, setKey } from './dicts.js';
import { PythonObject } from './python-object.js';
import { Tuple } from './tuple.js';

/** The stack and the memo of a reading, and the collections that are built on it. */
export class Stack {
  readonly items: unknown[] = [];
  /** The heights at which marks were put. What is below the last, the fence, is out of reach. */
  readonly #marks: number[] = [];
  fence = 0;
  readonly #memo: unknown[] = [];
  #memoized = 0;
  readonly #mostIndex: number;
  readonly #isMade: (object: object) => boolean;
  /** The Maps of what was made as the object of a dict, and where the object was met before. */
  #maps: Map<unknown, unknown> | undefined;
  #fetched: Set<unknown> | undefined;
  #isStale = false;

  /**
   * @param mostIndex the greatest index of the memo
   * @param isMade whether an object is the user's, though it looks like a dict
   */
  constructor(mostIndex: number, isMade: (object: object) => boolean) {
    this.#mostIndex = mostIndex;
    this.#isMade = isMade;
  }

  mark(): void {
    this.fence = this.items.length;
    this.#marks.push(this.fence);
  }

  memoize(): void {
    this.put(this.#memoized);
  }

  pop(): unknown {
    if (this.items.length <= this.fence) throw this.#underflow();
    return this.items.pop();
  }

  top(): unknown {
    if (this.items.length <= this.fence) throw this.#underflow();
    return this.items[this.items.length - 1];
  }

  /** @returns the height of the stack at the last mark, which is taken away */
  popMark(): number {
    const start = this.#marks.pop();
    if (start === undefined) throw new UnpicklingError('could not find MARK');
    this.fence = this.#marks[this.#marks.length - 1] ?? 0;
    return start;
  }

  /** The container below what begins at `start`. */
  #container(start: number): unknown {
    if (start <= this.fence) throw this.#underflow();
    const found = this.items[start - 1];
    return this.#maps?.get(found) ?? found;
  }

  #underflow(): UnpicklingError {
    const isMark = this.#marks.length > 0;
    return new UnpicklingError(isMark ? 'unexpected MARK found' : 'unpickling stack underflow');
  }

  put(index: number): void {
    if (index > this.#mostIndex) throw new UnpicklingError(`no index of the memo: ${index}`);
    const value = this.top();
    if (this.#memo[index] === undefined) this.#memoized++;
    this.#memo[index] = value;
  }

  get(index: number): void {
    const value = this.#memo[index];
    if (value === undefined) throw new UnpicklingError(`Memo value not found at index ${index}`);
    this.items.push(typeof value === 'object' ? this.met(value) : value);
  }

  /** Notes that something is referred to from elsewhere, too. */
  met(value: unknown): unknown {
    if (!isDict(value)) return value;
    const map = this.#maps?.get(value);
    if (map !== undefined) return map;
    this.#fetched ??= new Set();
    this.#fetched.add(value);
    return value;
  }

  result(): unknown {
    const value = this.pop();
    return this.#isStale && this.#maps ? replaceDicts(value, this.#maps) : value;
  }

  // Collections

  append(start: number): void {
    const stack = this.items;
    const list = this.#container(start);
    if (list instanceof PythonObject) {
      list.items ??= [];
      for (let i = start; i < stack.length; i++) list.items.push(stack[i]);
    } else if (Array.isArray(list) && !(list instanceof Tuple)) {
      for (let i = start; i < stack.length; i++) list.push(stack[i]);
    } else throw new UnpicklingError(`cannot append to ${describe(list)}`);
    stack.length = start;
  }

  tuple(start: number): void {
    if (start < this.fence) throw this.#underflow();
    const stack = this.items;
    const tuple = new Tuple();
    for (let i = start; i < stack.length; i++) tuple.push(stack[i]);
    stack.length = start;
    stack.push(tuple);
  }

  addItems(start: number): void {
    const stack = this.items;
    const set = this.#container(start);
    if (!(set instanceof Set)) throw new UnpicklingError(`cannot add to ${describe(set)}`);
    for (let i = start; i < stack.length; i++) set.add(stack[i]);
    stack.length = start;
  }

  setItems(start: number): void {
    const stack = this.items;
    if (start < this.fence) throw this.#underflow();
    if ((stack.length - start) % 2 !== 0) {
      throw new UnpicklingError('odd number of items for SETITEMS');
    }
    let dict = this.#container(start);
    if (isDict(dict) && !this.#isMade(dict)) {
      for (let i = start; i < stack.length; i += 2) {
        const key = stack[i];
        if (typeof key !== 'string') {
          dict = this.#becomeMap(dict, start - 1);
          break;
        }
        setKey(dict as Record<string, unknown>, key, stack[i + 1]);
      }
    }
    if (dict instanceof Map) {
      for (let i = start; i < stack.length; i += 2) dict.set(stack[i], stack[i + 1]);
    } else if (dict instanceof PythonObject) {
      dict.entries ??= [];
      for (let i = start; i < stack.length; i += 2) dict.entries.push([stack[i], stack[i + 1]]);
    } else if (!isDict(dict) || this.#isMade(dict)) {
      throw new UnpicklingError(`cannot set items of ${describe(dict)}`);
    }
    stack.length = start;
  }

  /** A dict turns out to have a key that is no string. */
  #becomeMap(dict: Record<string, unknown>, at: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>(Object.entries(dict));
    this.#maps ??= new Map();
    this.#maps.set(dict, map);
    this.#isStale ||= this.#fetched?.has(dict) ?? false;
    this.items[at] = map;
    return map;
  }
}
