import { describe } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import { isDict, replaceDicts, setKey } from './dicts.js';
import { type FindGlobal, Globals } from './find-global.js';
import { FrozenSet } from './frozen-set.js';
import type { Making } from './globals.js';
import { parseInteger, readInteger } from './integers.js';
import * as op from './opcodes.js';
import { PyFloat } from './py-float.js';
import type { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';
import { setState } from './state.js';
import { decodeEscapes, decodeRawUnicodeEscape, decodeText } from './text.js';
import { Tuple } from './tuple.js';

/** What may be copied beyond the length of the bytes, so that no short one is refused. */
const SPARE = 1 << 16;

/**
 * One reading of one pickle: a machine with a stack, which the bytes are the program of. It is a loop
 * without recursion, and makes nothing that is larger than the bytes that ask for it.
 */
export class Reader implements Making {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #stack: unknown[] = [];
  /** The heights of the stack at which marks were put. What is below the last is out of reach. */
  readonly #marks: number[] = [];
  #fence = 0;
  readonly #memo: unknown[] = [];
  #memoized = 0;
  #protocol = 0;
  /** Copies that may still be made. */
  #budget: number;
  readonly #findGlobal: FindGlobal | undefined;
  /** Made for the first global: most pickles have none. */
  #known: Globals | undefined;
  readonly #buffers: Iterator<Uint8Array> | undefined;
  /** The Maps of what was made as the object of a dict, and where the object was met before. */
  #maps: Map<unknown, unknown> | undefined;
  #fetched: Set<unknown> | undefined;
  #isStale = false;
  readonly exact: boolean;
  isNew = false;

  constructor(
    bytes: Buffer,
    find: FindGlobal | undefined,
    exact: boolean,
    buffers: Iterator<Uint8Array> | undefined,
  ) {
    this.#bytes = bytes;
    this.#budget = 4 * bytes.length + SPARE;
    this.#findGlobal = find;
    this.exact = exact;
    this.#buffers = buffers;
  }

  read(): unknown {
    const bytes = this.#bytes;
    const stack = this.#stack;
    if (bytes.length === 0) throw new UnpicklingError('Ran out of input');
    for (;;) {
      if (this.#at >= bytes.length) throw truncated();
      const code = bytes[this.#at++] as number;
      switch (code) {
        case op.BININT1:
          stack.push(bytes[this.#take(1)]);
          break;
        case op.BININT2: {
          const at = this.#take(2);
          stack.push((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
          break;
        }
        case op.BININT:
          stack.push(bytes.readInt32LE(this.#take(4)));
          break;
        case op.SHORT_BINUNICODE:
          this.#pushText(bytes[this.#take(1)] as number);
          break;
        case op.BINUNICODE:
          this.#pushText(bytes.readUInt32LE(this.#take(4)));
          break;
        case op.BINUNICODE8:
          this.#pushText(this.#length8());
          break;
        case op.MEMOIZE:
          this.#put(this.#memoized);
          break;
        case op.BINGET:
          this.#get(bytes[this.#take(1)] as number);
          break;
        case op.LONG_BINGET:
          this.#get(bytes.readUInt32LE(this.#take(4)));
          break;
        case op.GET:
          this.#get(this.#index());
          break;
        case op.BINPUT:
          this.#put(bytes[this.#take(1)] as number);
          break;
        case op.LONG_BINPUT:
          this.#put(bytes.readUInt32LE(this.#take(4)));
          break;
        case op.PUT:
          this.#put(this.#index());
          break;
        case op.NONE:
          stack.push(null);
          break;
        case op.NEWTRUE:
          stack.push(true);
          break;
        case op.NEWFALSE:
          stack.push(false);
          break;
        case op.BINFLOAT:
          this.#pushFloat(bytes.readDoubleBE(this.#take(8)));
          break;
        case op.MARK:
          this.#fence = stack.length;
          this.#marks.push(this.#fence);
          break;
        case op.EMPTY_LIST:
          stack.push([]);
          break;
        case op.APPEND:
          this.#append(stack.length - 1);
          break;
        case op.APPENDS:
          this.#append(this.#popMark());
          break;
        case op.LIST:
          stack.push(stack.splice(this.#popMark()));
          break;
        case op.EMPTY_TUPLE:
          stack.push(new Tuple());
          break;
        case op.TUPLE1:
          this.#tuple(stack.length - 1);
          break;
        case op.TUPLE2:
          this.#tuple(stack.length - 2);
          break;
        case op.TUPLE3:
          this.#tuple(stack.length - 3);
          break;
        case op.TUPLE:
          this.#tuple(this.#popMark());
          break;
        case op.EMPTY_DICT:
          stack.push(this.exact ? new Map() : {});
          break;
        case op.DICT: {
          const start = this.#popMark();
          stack.splice(start, 0, this.exact ? new Map() : {});
          this.#setItems(start + 1);
          break;
        }
        case op.SETITEM:
          this.#setItems(stack.length - 2);
          break;
        case op.SETITEMS:
          this.#setItems(this.#popMark());
          break;
        case op.EMPTY_SET:
          stack.push(new Set());
          break;
        case op.ADDITEMS:
          this.#addItems(this.#popMark());
          break;
        case op.FROZENSET:
          stack.push(new FrozenSet(stack.splice(this.#popMark())));
          break;
        case op.SHORT_BINBYTES:
          this.#pushBytes(bytes[this.#take(1)] as number);
          break;
        case op.BINBYTES:
          this.#pushBytes(bytes.readUInt32LE(this.#take(4)));
          break;
        case op.BINBYTES8:
          this.#pushBytes(this.#length8());
          break;
        case op.BYTEARRAY8: {
          const length = this.#length8();
          const start = this.#take(length);
          stack.push(new Uint8Array(bytes.subarray(start, start + length)));
          break;
        }
        case op.LONG1: {
          const length = bytes[this.#take(1)] as number;
          stack.push(readInteger(bytes, this.#take(length), length));
          break;
        }
        case op.LONG4: {
          const length = bytes.readInt32LE(this.#take(4));
          if (length < 0) throw new UnpicklingError('LONG pickle has negative byte count');
          stack.push(readInteger(bytes, this.#take(length), length));
          break;
        }
        case op.STACK_GLOBAL:
          this.#stackGlobal();
          break;
        case op.GLOBAL:
          stack.push(this.#find(this.#line('utf8'), this.#line('utf8')));
          break;
        case op.REDUCE:
          this.#call(false);
          break;
        case op.NEWOBJ:
          this.#call(true);
          break;
        case op.NEWOBJ_EX:
          this.#callWithKeywords();
          break;
        case op.OBJ: {
          const [type, ...args] = stack.splice(this.#popMark());
          stack.push(this.make(type, args, false));
          break;
        }
        case op.INST: {
          const type = this.#find(this.#line('utf8'), this.#line('utf8'));
          stack.push(this.make(type, stack.splice(this.#popMark()), false));
          break;
        }
        case op.BUILD: {
          const state = this.#pop();
          setState(this.#top(), state, this.#globals.made);
          break;
        }
        case op.POP:
          // As in CPython: a mark can be taken away like a value.
          if (stack.length === this.#fence) this.#popMark();
          else this.#pop();
          break;
        case op.POP_MARK:
          stack.length = this.#popMark();
          break;
        case op.DUP:
          stack.push(this.#met(this.#top()));
          break;
        case op.FRAME:
          if (this.#length8() > bytes.length - this.#at) throw truncated();
          break;
        case op.PROTO:
          this.#protocol = bytes[this.#take(1)] as number;
          if (this.#protocol > 5) {
            throw new UnpicklingError(`unsupported pickle protocol: ${this.#protocol}`);
          }
          break;
        case op.NEXT_BUFFER:
          this.#nextBuffer();
          break;
        case op.READONLY_BUFFER:
          if (!(this.#top() instanceof Uint8Array)) throw new UnpicklingError('not a buffer');
          break;
        case op.STOP:
          return this.#result();
        default:
          this.#readText(code);
      }
    }
  }

  /** The opcodes of protocol 0, which are lines of text, and those that are refused. */
  #readText(code: number): void {
    switch (code) {
      case op.INT: {
        const text = this.#line('latin1').trim();
        this.#stack.push(text === '01' ? true : text === '00' ? false : parseInteger(text));
        break;
      }
      case op.LONG:
        this.#stack.push(parseInteger(this.#line('latin1').replace(/L$/, '')));
        break;
      case op.FLOAT:
        this.#pushFloat(parseFloatLine(this.#line('latin1')));
        break;
      case op.UNICODE:
        this.#stack.push(decodeRawUnicodeEscape(this.#line('latin1')));
        break;
      case op.STRING: {
        const [, , text] = /^(['"])(.*)\1\s*$/s.exec(this.#line('latin1')) ?? [];
        if (text === undefined) {
          throw new UnpicklingError('the STRING opcode argument must be quoted');
        }
        this.#pushOld(decodeEscapes(text));
        break;
      }
      case op.SHORT_BINSTRING:
      case op.BINSTRING: {
        const isShort = code === op.SHORT_BINSTRING;
        const bytes = this.#bytes;
        const length = isShort
          ? (bytes[this.#take(1)] as number)
          : bytes.readInt32LE(this.#take(4));
        if (length < 0) throw new UnpicklingError('BINSTRING pickle has negative byte count');
        const start = this.#take(length);
        this.#pushOld(bytes.toString('latin1', start, start + length));
        break;
      }
      case op.PERSID:
      case op.BINPERSID:
        throw new UnpicklingError('persistent IDs are refused');
      case op.EXT1:
      case op.EXT2:
      case op.EXT4:
        throw new UnpicklingError('extension codes are refused');
      default: {
        const isPrintable = code > 0x20 && code < 0x7f;
        const key = isPrintable
          ? String.fromCharCode(code)
          : `\\x${code.toString(16).padStart(2, '0')}`;
        throw new UnpicklingError(`invalid load key, '${key}'.`);
      }
    }
  }

  // The bytes

  /** Where the next `length` bytes are. */
  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw truncated();
    this.#at = start + length;
    return start;
  }

  #length8(): number {
    const start = this.#take(8);
    return this.#bytes.readUInt32LE(start) + this.#bytes.readUInt32LE(start + 4) * 2 ** 32;
  }

  #line(encoding: 'latin1' | 'utf8'): string {
    const start = this.#at;
    const end = this.#bytes.indexOf(0x0a, start);
    if (end < 0) throw truncated();
    this.#at = end + 1;
    if (encoding === 'latin1') return this.#bytes.toString('latin1', start, end);
    return decodeText(this.#bytes, start, end);
  }

  #pushText(length: number): void {
    const start = this.#take(length);
    this.#stack.push(decodeText(this.#bytes, start, start + length));
  }

  /** A str of Python 2: Python 3 takes it for ASCII. */
  #pushOld(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) > 0x7f) throw new UnpicklingError('a str of Python 2 is not ASCII');
    }
    this.#stack.push(text);
  }

  #pushBytes(length: number): void {
    const start = this.#take(length);
    this.#stack.push(Buffer.from(this.#bytes.subarray(start, start + length)));
  }

  #pushFloat(value: number): void {
    const isWhole = this.exact && Number.isSafeInteger(value) && !Object.is(value, -0);
    this.#stack.push(isWhole ? new PyFloat(value) : value);
  }

  #nextBuffer(): void {
    const next = this.#buffers?.next();
    if (next === undefined) {
      throw new UnpicklingError(
        'pickle stream refers to out-of-band data but no *buffers* argument was given',
      );
    }
    if (next.done) throw new UnpicklingError('not enough out-of-band buffers');
    if (!(next.value instanceof Uint8Array)) {
      throw new UnpicklingError(
        `buffers must be Buffers or Uint8Arrays, not ${describe(next.value)}`,
      );
    }
    this.#stack.push(next.value);
  }

  // The stack and the memo

  #pop(): unknown {
    if (this.#stack.length <= this.#fence) throw this.#underflow();
    return this.#stack.pop();
  }

  #top(): unknown {
    if (this.#stack.length <= this.#fence) throw this.#underflow();
    return this.#stack[this.#stack.length - 1];
  }

  /** @returns the height of the stack at the last mark, which is taken away */
  #popMark(): number {
    const start = this.#marks.pop();
    if (start === undefined) throw new UnpicklingError('could not find MARK');
    this.#fence = this.#marks[this.#marks.length - 1] ?? 0;
    return start;
  }

  /** The container below what begins at `start`. */
  #container(start: number): unknown {
    if (start <= this.#fence) throw this.#underflow();
    const found = this.#stack[start - 1];
    return this.#maps?.get(found) ?? found;
  }

  #underflow(): UnpicklingError {
    const isMark = this.#marks.length > 0;
    return new UnpicklingError(isMark ? 'unexpected MARK found' : 'unpickling stack underflow');
  }

  #index(): number {
    const index = parseInteger(this.#line('latin1').trim());
    if (typeof index === 'number' && index >= 0) return index;
    throw new UnpicklingError('an index of the memo that is negative or too large');
  }

  #put(index: number): void {
    // Whoever counts them up has fewer than there are bytes: the array stays small.
    if (index > this.#bytes.length) throw new UnpicklingError(`no index of the memo: ${index}`);
    const value = this.#top();
    if (this.#memo[index] === undefined) this.#memoized++;
    this.#memo[index] = value;
  }

  #get(index: number): void {
    const value = this.#memo[index];
    if (value === undefined) throw new UnpicklingError(`Memo value not found at index ${index}`);
    this.#stack.push(typeof value === 'object' ? this.#met(value) : value);
  }

  /** Notes that something is referred to from elsewhere, too. */
  #met(value: unknown): unknown {
    if (!isDict(value)) return value;
    const map = this.#maps?.get(value);
    if (map !== undefined) return map;
    this.#fetched ??= new Set();
    this.#fetched.add(value);
    return value;
  }

  #result(): unknown {
    const value = this.#pop();
    return this.#isStale && this.#maps ? replaceDicts(value, this.#maps) : value;
  }

  // Collections

  #append(start: number): void {
    const stack = this.#stack;
    const list = this.#container(start);
    if (list instanceof PythonObject) {
      list.items ??= [];
      for (let i = start; i < stack.length; i++) list.items.push(stack[i]);
    } else if (Array.isArray(list) && !(list instanceof Tuple)) {
      for (let i = start; i < stack.length; i++) list.push(stack[i]);
    } else throw new UnpicklingError(`cannot append to ${describe(list)}`);
    stack.length = start;
  }

  #tuple(start: number): void {
    if (start < this.#fence) throw this.#underflow();
    const stack = this.#stack;
    const tuple = new Tuple();
    for (let i = start; i < stack.length; i++) tuple.push(stack[i]);
    stack.length = start;
    stack.push(tuple);
  }

  #addItems(start: number): void {
    const stack = this.#stack;
    const set = this.#container(start);
    if (!(set instanceof Set)) throw new UnpicklingError(`cannot add to ${describe(set)}`);
    for (let i = start; i < stack.length; i++) set.add(stack[i]);
    stack.length = start;
  }

  #setItems(start: number): void {
    const stack = this.#stack;
    if (start < this.#fence) throw this.#underflow();
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
    this.#stack[at] = map;
    return map;
  }

  // Globals and objects

  get #globals(): Globals {
    this.#known ??= new Globals(this.#findGlobal);
    return this.#known;
  }

  /** Whether it is the user's, though it looks like a dict. */
  #isMade(object: object): boolean {
    return this.#known?.made.has(object) ?? false;
  }

  #find(module: string, name: string): PythonGlobal {
    return this.#globals.find(module, name, this.#protocol < 3);
  }

  #stackGlobal(): void {
    const name = this.#pop();
    const module = this.#pop();
    if (typeof name !== 'string' || typeof module !== 'string') {
      throw new UnpicklingError('STACK_GLOBAL requires str');
    }
    this.#stack.push(this.#find(module, name));
  }

  #call(isNew: boolean): void {
    const args = this.#pop();
    const type = this.#pop();
    if (!(args instanceof Tuple)) {
      throw new UnpicklingError(`arguments must be a tuple, not ${describe(args)}`);
    }
    this.#stack.push(this.make(type, args, isNew));
  }

  #callWithKeywords(): void {
    const given = this.#pop();
    const kwargs = given instanceof Map ? Object.fromEntries(given) : given;
    if (!isDict(kwargs)) throw new UnpicklingError('NEWOBJ_EX keyword arguments must be a dict');
    this.#call(true);
    if (Object.keys(kwargs).length === 0) return;
    const made = this.#top();
    if (!(made instanceof PythonObject)) {
      throw new UnpicklingError('keyword arguments of __new__ are refused');
    }
    made.kwargs = kwargs;
  }

  make(type: unknown, args: readonly unknown[], isNew: boolean): unknown {
    const maker = this.#globals.makerOf(type);
    this.isNew = isNew;
    return maker(args, this, type as PythonGlobal);
  }

  spend(count: number): void {
    this.#budget -= count;
    if (this.#budget < 0) throw new UnpicklingError('copies far more than its bytes can hold');
  }
}

function truncated(): UnpicklingError {
  return new UnpicklingError('pickle data was truncated');
}

/** As Python's `float()` for what its `repr` writes. */
function parseFloatLine(line: string): number {
  const text = line.trim().toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (special) {
    if (special[2] === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) {
    throw new UnpicklingError(`could not convert string to float: '${text}'`);
  }
  return Number(text);
}
