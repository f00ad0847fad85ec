import { inspect } from 'node:util';
import { threadId } from 'node:worker_threads';
import { registerTraveller } from '../pickle/index.js';
import { runValues } from './run-values.js';

// biome-ignore lint/suspicious/noExplicitAny: a subclass has whatever constructor
type LocalClass = new (...args: any[]) => local;
type Fields = Record<PropertyKey, unknown>;

/** What all threads' views of a local have in common. */
interface Common {
  readonly type: LocalClass;
  readonly args: readonly unknown[];
  /** The same in every thread; made when it first travels. */
  id?: string;
}

const commons = new WeakMap<object, Common>();
/** Those that have travelled, so that each is one object in a thread. */
const known = new Map<string, WeakRef<local>>();
const forgotten = new FinalizationRegistry((id: string) => {
  if (!known.get(id)?.deref()) known.delete(id);
});
let travelled = 0;

/** The local whose constructor runs once more, for another thread. */
let entered: { readonly proxy: local; readonly type: LocalClass } | undefined;

/**
 * An object whose fields each thread has for itself. It is shared by being passed to threads, or
 * captured by their functions: each begins with an empty one, and what a thread has put into it goes
 * with the thread.
 *
 * A subclass's constructor runs again in each thread that uses the object, at the first use, with the
 * arguments of the first time (which are copied). A subclass keeps what it has in ordinary fields:
 * private ones (`#field`) cannot be made twice.
 *
 * Whatever runs in a thread is that thread: for values of an asynchronous function use
 * `heddle/contextvars`.
 *
 * Differs from CPython: reading a field that is not there gives undefined.
 *
 * @see https://docs.python.org/3.13/library/threading.html#thread-local-data
 */
export class local {
  // biome-ignore lint/suspicious/noExplicitAny: fields are whatever is put into them
  [field: string]: any;

  /** @throws TypeError for arguments, unless a subclass takes them */
  constructor(...args: unknown[]) {
    const type = new.target as LocalClass;
    if (entered?.type === type) {
      const { proxy } = entered;
      entered = undefined;
      // biome-ignore lint/correctness/noConstructorReturn: the fields go where they belong
      return proxy;
    }
    if (type === local && args.length > 0) {
      throw new TypeError('Initialization arguments are not supported');
    }
    commons.set(this, { type, args });
    runValues().set(this, Object.create(type.prototype));
    // biome-ignore lint/correctness/noConstructorReturn: each thread has fields of its own
    return makeProxy(this);
  }

  [inspect.custom](): string {
    return `<heddle.local ${inspect({ ...this })}>`;
  }

  static {
    registerTraveller(local, {
      name: 'local',
      inherits: true,
      parts: (instance) => {
        const { id, type, args } = identify(instance);
        return type === local ? [id] : [id, type, args];
      },
      take: (_, __, [id, type, args]) =>
        find(id as string) ?? adopt(id as string, type as LocalClass, args as unknown[]),
    });
  }
}

/** By the proxies, too. */
const proxies = new WeakMap<object, local>();

function makeProxy(target: object): local {
  const proxy = new Proxy(target, HANDLER) as local;
  proxies.set(target, proxy);
  commons.set(proxy, commons.get(target) as Common);
  return proxy;
}

/** A local of another thread. Its constructor runs when it is first used. */
function adopt(id: string, type: LocalClass = local, args: readonly unknown[] = []): local {
  const target = Object.create(type.prototype) as object;
  commons.set(target, { type, args, id });
  const proxy = makeProxy(target);
  remember(id, proxy);
  return proxy;
}

function identify(instance: local): Common {
  const common = commons.get(instance) as Common;
  if (common.id === undefined) {
    common.id = `${process.pid}.${threadId}.${++travelled}`;
    remember(common.id, instance);
  }
  return common;
}

function remember(id: string, instance: local): void {
  known.set(id, new WeakRef(instance));
  forgotten.register(instance, id);
}

function find(id: string): local | undefined {
  return known.get(id)?.deref();
}

/** The fields that the thread has; made at its first use of the object. */
function fieldsOf(target: object): Fields {
  return (runValues().get(target) ?? enter(target)) as Fields;
}

function enter(target: object): object {
  const { type, args } = commons.get(target) as Common;
  const fields: object = Object.create(type.prototype);
  runValues().set(target, fields);
  if (type === local) return fields;
  const outer = entered;
  entered = { proxy: proxies.get(target) as local, type };
  try {
    new type(...args);
    return fields;
  } catch (error) {
    // So that the next use tries again.
    runValues().delete(target);
    throw error;
  } finally {
    entered = outer;
  }
}

const HANDLER: ProxyHandler<object> = {
  get: (target, key, receiver) => Reflect.get(fieldsOf(target), key, receiver),
  set(target, key, value, receiver) {
    const fields = fieldsOf(target);
    // Past setters, and what the receiver would be asked.
    if (!Object.hasOwn(fields, key)) return Reflect.set(fields, key, value, receiver);
    return Reflect.set(fields, key, value);
  },
  has: (target, key) => key in fieldsOf(target),
  deleteProperty: (target, key) => Reflect.deleteProperty(fieldsOf(target), key),
  ownKeys: (target) => Reflect.ownKeys(fieldsOf(target)),
  getOwnPropertyDescriptor: (target, key) => {
    const found = Object.getOwnPropertyDescriptor(fieldsOf(target), key);
    // What a proxy tells of must be there for ever, or be configurable.
    return found && { ...found, configurable: true };
  },
  defineProperty: (target, key, descriptor) =>
    Reflect.defineProperty(fieldsOf(target), key, { configurable: true, ...descriptor }),
  preventExtensions: () => false,
};
