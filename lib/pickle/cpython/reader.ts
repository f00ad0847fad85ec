import { describe } from '../../_internal/index.js';
import { UnpicklingError } from '../errors.js';
import { isDict } from './dicts.js';
import { type FindGlobal, Globals } from './find-global.js';
import { FrozenSet } from './frozen-set.js';
import type { Making } from './globals.js';
import { Input, truncated } from './input.js';
import { readInteger } from './integers.js';
import { parseFloatLine, readOld } from './old-opcodes.js';
import * as op from './opcodes.js';
import { PyFloat } from './py-float.js';
import type { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';
import { Stack } from './stack.js';
import { setState } from './state.js';
import { decodeText } from './text.js';
import { Tuple } from './tuple.js';

/** What may be copied beyond the length of the bytes, so that no short one is refused. */
const SPARE = 1 << 16;

/**
 * One reading of one pickle: a machine with a stack, which the bytes are the program of. It is a loop
 * without recursion, and makes nothing that is larger than the bytes that ask for it.
 */
export class Reader implements Making {
  readonly #input: Input;
  readonly #stack: Stack;
  #protocol = 0;
  /** Copies that may still be made. */
  #budget: number;
  readonly #findGlobal: FindGlobal | undefined;
  /** Made for the first global: most pickles have none. */
  #known: Globals | undefined;
  readonly #buffers: Iterator<Uint8Array> | undefined;
  readonly exact: boolean;
  isNew = false;

  constructor(
    bytes: Buffer,
    find: FindGlobal | undefined,
    exact: boolean,
    buffers: Iterator<Uint8Array> | undefined,
  ) {
    this.#input = new Input(bytes);
    // Whoever counts indexes up has fewer than there are bytes: the memo stays small.
    this.#stack = new Stack(bytes.length, (object) => this.#known?.made.has(object) ?? false);
    this.#budget = 4 * bytes.length + SPARE;
    this.#findGlobal = find;
    this.exact = exact;
    this.#buffers = buffers;
  }

  read(): unknown {
    const input = this.#input;
    const machine = this.#stack;
    const { bytes } = input;
    const stack = machine.items;
    if (bytes.length === 0) throw new UnpicklingError('Ran out of input');
    for (;;) {
      if (input.at >= bytes.length) throw truncated();
      const code = bytes[input.at++] as number;
      switch (code) {
        case op.BININT1:
          stack.push(bytes[input.take(1)]);
          break;
        case op.BININT2: {
          const at = input.take(2);
          stack.push((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
          break;
        }
        case op.BININT:
          stack.push(bytes.readInt32LE(input.take(4)));
          break;
        case op.SHORT_BINUNICODE:
          this.#pushText(bytes[input.take(1)] as number);
          break;
        case op.BINUNICODE:
          this.#pushText(bytes.readUInt32LE(input.take(4)));
          break;
        case op.BINUNICODE8:
          this.#pushText(input.length8());
          break;
        case op.MEMOIZE:
          machine.memoize();
          break;
        case op.BINGET:
          machine.get(bytes[input.take(1)] as number);
          break;
        case op.LONG_BINGET:
          machine.get(bytes.readUInt32LE(input.take(4)));
          break;
        case op.GET:
          machine.get(input.index());
          break;
        case op.BINPUT:
          machine.put(bytes[input.take(1)] as number);
          break;
        case op.LONG_BINPUT:
          machine.put(bytes.readUInt32LE(input.take(4)));
          break;
        case op.PUT:
          machine.put(input.index());
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
          this.#pushFloat(bytes.readDoubleBE(input.take(8)));
          break;
        case op.FLOAT:
          this.#pushFloat(parseFloatLine(input.line('latin1')));
          break;
        case op.MARK:
          machine.mark();
          break;
        case op.EMPTY_LIST:
          stack.push([]);
          break;
        case op.APPEND:
          machine.append(stack.length - 1);
          break;
        case op.APPENDS:
          machine.append(machine.popMark());
          break;
        case op.LIST:
          stack.push(stack.splice(machine.popMark()));
          break;
        case op.EMPTY_TUPLE:
          stack.push(new Tuple());
          break;
        case op.TUPLE1:
          machine.tuple(stack.length - 1);
          break;
        case op.TUPLE2:
          machine.tuple(stack.length - 2);
          break;
        case op.TUPLE3:
          machine.tuple(stack.length - 3);
          break;
        case op.TUPLE:
          machine.tuple(machine.popMark());
          break;
        case op.EMPTY_DICT:
          stack.push(this.exact ? new Map() : {});
          break;
        case op.DICT: {
          const start = machine.popMark();
          stack.splice(start, 0, this.exact ? new Map() : {});
          machine.setItems(start + 1);
          break;
        }
        case op.SETITEM:
          machine.setItems(stack.length - 2);
          break;
        case op.SETITEMS:
          machine.setItems(machine.popMark());
          break;
        case op.EMPTY_SET:
          stack.push(new Set());
          break;
        case op.ADDITEMS:
          machine.addItems(machine.popMark());
          break;
        case op.FROZENSET:
          stack.push(new FrozenSet(stack.splice(machine.popMark())));
          break;
        case op.SHORT_BINBYTES:
          this.#pushBytes(bytes[input.take(1)] as number);
          break;
        case op.BINBYTES:
          this.#pushBytes(bytes.readUInt32LE(input.take(4)));
          break;
        case op.BINBYTES8:
          this.#pushBytes(input.length8());
          break;
        case op.BYTEARRAY8: {
          const length = input.length8();
          const start = input.take(length);
          stack.push(new Uint8Array(bytes.subarray(start, start + length)));
          break;
        }
        case op.LONG1: {
          const length = bytes[input.take(1)] as number;
          stack.push(readInteger(bytes, input.take(length), length));
          break;
        }
        case op.LONG4: {
          const length = bytes.readInt32LE(input.take(4));
          if (length < 0) throw new UnpicklingError('LONG pickle has negative byte count');
          stack.push(readInteger(bytes, input.take(length), length));
          break;
        }
        case op.STACK_GLOBAL:
          this.#stackGlobal();
          break;
        case op.GLOBAL:
          stack.push(this.#find(input.line('utf8'), input.line('utf8')));
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
          const [type, ...args] = stack.splice(machine.popMark());
          stack.push(this.make(type, args, false));
          break;
        }
        case op.INST: {
          const type = this.#find(input.line('utf8'), input.line('utf8'));
          stack.push(this.make(type, stack.splice(machine.popMark()), false));
          break;
        }
        case op.BUILD: {
          const state = machine.pop();
          setState(machine.top(), state, this.#globals.made, this);
          break;
        }
        case op.POP:
          // As in CPython: a mark can be taken away like a value.
          if (stack.length === machine.fence) machine.popMark();
          else machine.pop();
          break;
        case op.POP_MARK:
          stack.length = machine.popMark();
          break;
        case op.DUP:
          stack.push(machine.met(machine.top()));
          break;
        case op.FRAME:
          if (input.length8() > bytes.length - input.at) throw truncated();
          break;
        case op.PROTO:
          this.#protocol = bytes[input.take(1)] as number;
          if (this.#protocol > 5) {
            throw new UnpicklingError(`unsupported pickle protocol: ${this.#protocol}`);
          }
          break;
        case op.NEXT_BUFFER:
          this.#nextBuffer();
          break;
        case op.READONLY_BUFFER:
          if (!(machine.top() instanceof Uint8Array)) throw new UnpicklingError('not a buffer');
          break;
        case op.STOP:
          return machine.result();
        default:
          stack.push(readOld(code, input));
      }
    }
  }

  #pushText(length: number): void {
    const start = this.#input.take(length);
    this.#stack.items.push(decodeText(this.#input.bytes, start, start + length));
  }

  #pushBytes(length: number): void {
    const start = this.#input.take(length);
    this.#stack.items.push(Buffer.from(this.#input.bytes.subarray(start, start + length)));
  }

  #pushFloat(value: number): void {
    const isWhole = this.exact && Number.isSafeInteger(value) && !Object.is(value, -0);
    this.#stack.items.push(isWhole ? new PyFloat(value) : value);
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
    this.#stack.items.push(next.value);
  }

  // Globals and objects

  get #globals(): Globals {
    this.#known ??= new Globals(this.#findGlobal);
    return this.#known;
  }

  #find(module: string, name: string): PythonGlobal {
    return this.#globals.find(module, name, this.#protocol < 3);
  }

  #stackGlobal(): void {
    const name = this.#stack.pop();
    const module = this.#stack.pop();
    if (typeof name !== 'string' || typeof module !== 'string') {
      throw new UnpicklingError('STACK_GLOBAL requires str');
    }
    this.#stack.items.push(this.#find(module, name));
  }

  #call(isNew: boolean): void {
    const args = this.#stack.pop();
    const type = this.#stack.pop();
    if (!(args instanceof Tuple)) {
      throw new UnpicklingError(`arguments must be a tuple, not ${describe(args)}`);
    }
    this.#stack.items.push(this.make(type, args, isNew));
  }

  #callWithKeywords(): void {
    const given = this.#stack.pop();
    const kwargs = given instanceof Map ? Object.fromEntries(given) : given;
    if (!isDict(kwargs)) throw new UnpicklingError('NEWOBJ_EX keyword arguments must be a dict');
    const { length } = Object.keys(kwargs);
    this.spend(length);
    this.#call(true);
    if (length === 0) return;
    const made = this.#stack.top();
    if (!(made instanceof PythonObject)) {
      throw new UnpicklingError('keyword arguments of __new__ are refused');
    }
    made.kwargs = kwargs;
  }

  make(type: unknown, args: readonly unknown[], isNew: boolean): unknown {
    const maker = this.#globals.makerOf(type);
    // What is made has its own arguments; one tuple may be those of many.
    this.spend(args.length);
    this.isNew = isNew;
    return maker(args, this, type as PythonGlobal);
  }

  spend(count: number): void {
    this.#budget -= count;
    if (this.#budget < 0) throw new UnpicklingError('copies far more than its bytes can hold');
  }
}
