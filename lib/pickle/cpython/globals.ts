import { UnpicklingError } from '../errors.js';
import { RemoteTraceback } from '../remote-error.js';
import { dateOf } from './datetimes.js';
import { Deque } from './deque.js';
import { isException, makeException } from './exceptions.js';
import { FrozenSet } from './frozen-set.js';
import { OrderedDict } from './ordered-dict.js';
import { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';
import { Tuple } from './tuple.js';
import { arrayOf, arrayOfFormat } from './typed-arrays.js';

/** What a maker may ask of the reader. */
export interface Making {
  readonly exact: boolean;
  /** Whether Python would call `__new__` of the class, and not the class. */
  readonly isNew: boolean;
  /** To be told before `count` items or bytes are copied: a few bytes must not become gigabytes. */
  spend(count: number): void;
  /** Makes an object of another type. */
  make(type: PythonGlobal, args: readonly unknown[], isNew: boolean): unknown;
}

/** Makes what Python makes by a call of a class or function. */
export type Maker = (args: readonly unknown[], making: Making, type: PythonGlobal) => unknown;

/** Describes the object and makes nothing. */
export const describeOnly: Maker = (args, { isNew }, type) =>
  new PythonObject(type, [...args], { isNew });

const makers = new Map<string, Maker>([
  ['builtins.list', ([items = []], making) => [...listed(items, making)]],
  ['builtins.tuple', ([items = []], making) => Tuple.from(listed(items, making))],
  ['builtins.set', ([items = []], making) => new Set(listed(items, making))],
  ['builtins.frozenset', ([items = []], making) => new FrozenSet(listed(items, making))],
  ['builtins.dict', ([items = []], making) => new Map(pairs(items, making))],
  ['builtins.bytes', (args, making) => bytesOf(args, making)],
  ['builtins.bytearray', (args, making) => new Uint8Array(bytesOf(args, making))],
  ['collections.OrderedDict', ([items = []], making) => new OrderedDict(pairs(items, making))],
  ['collections.defaultdict', ([, items = []], making) => new Map(pairs(items, making))],
  ['collections.deque', makeDeque],
  ['array.array', makeArray],
  ['array._array_reconstructor', makeArrayOfFormat],
  ['copyreg._reconstructor', reconstruct],
  ['copyreg.__newobj__', newObject],
  ['_codecs.encode', encode],
  [
    'datetime.datetime',
    (args, making, type) => (making.exact ? describeOnly(args, making, type) : dateOf(args)),
  ],
  ['multiprocessing.pool.rebuild_exc', rebuildException],
  ['concurrent.futures.process._rebuild_exc', rebuildException],
]);
const described =
  'builtins.complex builtins.range builtins.slice datetime.date datetime.time datetime.timedelta ' +
  'datetime.timezone decimal.Decimal fractions.Fraction uuid.UUID';
for (const name of described.split(' ')) makers.set(name, describeOnly);

/** Types that may be values, and are not called. */
const VALUES = new Set(
  ['bool', 'float', 'int', 'object', 'str'].map((name) => `builtins.${name}`).concat('array.array'),
);

const globals = new Map<string, PythonGlobal>();
const makerOf = new WeakMap<PythonGlobal, Maker>();

/** A global that every pickle may have; undefined for any other. */
export function allowedGlobal(module: string, name: string): PythonGlobal | undefined {
  const full = `${module}.${name}`;
  const known = globals.get(full);
  if (known) return known;
  let maker = makers.get(full);
  if (!maker && isException(full)) maker = (args) => makeException(full, args);
  if (!maker && !VALUES.has(full)) return undefined;
  const found = new PythonGlobal(module, name);
  globals.set(full, found);
  if (maker) makerOf.set(found, maker);
  return found;
}

/** How its instances are made; undefined where it may only be a value. */
export function makerOfAllowed(type: PythonGlobal): Maker | undefined {
  return makerOf.get(type);
}

function listed(items: unknown, making: Making): readonly unknown[] | Set<unknown> {
  if (items instanceof Set) making.spend(items.size);
  else if (Array.isArray(items)) making.spend(items.length);
  else throw new UnpicklingError('a collection of something else than a list, tuple or set');
  return items as unknown[] | Set<unknown>;
}

function* pairs(items: unknown, making: Making): Iterable<[unknown, unknown]> {
  if (items instanceof Map) {
    making.spend(items.size);
    yield* items;
    return;
  }
  for (const pair of listed(items, making)) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new UnpicklingError('a dict of something else than pairs');
    }
    yield pair as [unknown, unknown];
  }
}

function bytesOf([source, encoding]: readonly unknown[], making: Making): Buffer {
  if (source === undefined) return Buffer.alloc(0);
  if (typeof source === 'string') return latin1(source, encoding, making);
  if (!(source instanceof Uint8Array)) throw new UnpicklingError('bytes of something else');
  making.spend(source.length);
  return Buffer.from(source);
}

/** What bytes are in pickles that Python 2 can read. */
function encode([text, encoding]: readonly unknown[], making: Making): Buffer {
  if (typeof text !== 'string') throw new UnpicklingError('_codecs.encode of something else');
  return latin1(text, encoding, making);
}

function latin1(text: string, encoding: unknown, making: Making): Buffer {
  if (encoding !== 'latin1' && encoding !== 'latin-1') {
    throw new UnpicklingError('bytes in another encoding than latin1');
  }
  making.spend(text.length);
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) throw new UnpicklingError('bytes that are not latin1');
  }
  return Buffer.from(text, 'latin1');
}

function makeDeque([items = [], maxlen = null]: readonly unknown[], making: Making): Deque {
  const deque = Deque.from(listed(items, making));
  if (maxlen === null) return deque;
  if (!Number.isSafeInteger(maxlen)) throw new UnpicklingError('a deque of no integer maxlen');
  Object.defineProperty(deque, 'maxlen', { value: maxlen, writable: true });
  return deque;
}

function makeArray([code, items = []]: readonly unknown[], making: Making): unknown {
  making.spend(sizeOf(items));
  return arrayOf(code, items);
}

function makeArrayOfFormat([, , format, bytes]: readonly unknown[], making: Making): unknown {
  making.spend(sizeOf(bytes));
  return arrayOfFormat(format, bytes);
}

function sizeOf(items: unknown): number {
  return Array.isArray(items) || items instanceof Uint8Array ? items.length : 0;
}

/** How protocols 0 and 1 make an object without calling its class. */
function reconstruct([type, base]: readonly unknown[], making: Making): unknown {
  const isPlain = base instanceof PythonGlobal && String(base) === 'builtins.object';
  if (!(type instanceof PythonGlobal) || !isPlain) {
    throw new UnpicklingError('copyreg._reconstructor of a class that extends a built-in one');
  }
  return making.make(type, [], true);
}

function newObject([type, ...args]: readonly unknown[], making: Making): unknown {
  if (!(type instanceof PythonGlobal)) throw new UnpicklingError('__newobj__ of no class');
  return making.make(type, args, true);
}

/** An exception with the text of the traceback that it had in another process. */
function rebuildException([error, traceback]: readonly unknown[]): unknown {
  if (!(error instanceof Error) || typeof traceback !== 'string') {
    throw new UnpicklingError('a traceback of no exception');
  }
  const cause = { value: new RemoteTraceback(traceback), writable: true, configurable: true };
  return Object.defineProperty(error, 'cause', cause);
}
