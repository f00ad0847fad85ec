import { types } from 'node:util';
import { type Builtin, builtinOf } from './builtins.js';
import { reducerOf } from './copyreg.js';
import type { Callable } from './functions/index.js';
import { keepPlan, knownPlan } from './plan-cache.js';
import { isCopyable, whyNot } from './refusals.js';
import { type AnyTraveller, travellerOf } from './registry.js';
import { Transfer } from './transfer.js';

/** How the instances with a certain prototype travel. */
export type Plan =
  | { readonly how: 'handle'; readonly traveller: AnyTraveller }
  | { readonly how: 'reduce'; readonly reduce: (instance: object) => unknown }
  | { readonly how: 'transfer' }
  | { readonly how: 'refuse'; readonly why: string }
  | {
      readonly how: 'copy';
      /** What it is made of; undefined for an object and its fields. */
      readonly builtin: Builtin | undefined;
      /** Its class, and those that this extends, if they are nobody's but the user's. */
      readonly classes: readonly Callable[];
      /** The prototype of its builtin. */
      readonly root: object | null;
      /** Whether its class has `__getstate__` or `__setstate__`. */
      readonly hasState: boolean;
    };

export function planOf(object: object, prototype: object): Plan {
  let plan = knownPlan(prototype);
  if (plan === undefined) {
    plan = makePlan(prototype);
    keepPlan(prototype, plan);
  }
  // What pretends to be one: a Proxy, or Object.create() with the prototype of a builtin.
  if (plan.how === 'copy' && (plan.builtin ? !plan.builtin.is(object) : isOther(object))) {
    return { how: 'refuse', why: pretence(object) };
  }
  return plan;
}

const NO_CLASS = 'an object whose prototype is not that of a class';
const PROMISE = 'a promise, such as a Future or what an async function returns; send its result';

function makePlan(prototype: object): Plan {
  const type = classWith(prototype);
  const reducer = type && reducerOf(type);
  if (reducer) return { how: 'reduce', reduce: reducer };
  const traveller = type && travellerOf(type);
  if (traveller) return { how: 'handle', traveller };
  if (type === Transfer) return { how: 'transfer' };
  if (hasMethod(prototype, '__reduce__')) {
    return {
      how: 'reduce',
      reduce: (instance) => (instance as { __reduce__(): unknown }).__reduce__(),
    };
  }
  const classes: (Callable | undefined)[] = [];
  let root: object | null = prototype;
  let builtin: Builtin | undefined;
  for (; root !== null && root !== Object.prototype; root = Object.getPrototypeOf(root)) {
    builtin = builtinOf(root);
    if (builtin) break;
    // Of heddle's Future, too, whose constructor is that of its base.
    if (root === Promise.prototype) return { how: 'refuse', why: PROMISE };
    classes.push(classWith(root));
  }
  const isError = builtin?.kind === 'error';
  if (!isError) {
    for (const found of classes) {
      const why = found ? whyNot(found, classes[0] as Callable) : NO_CLASS;
      if (why !== undefined) return { how: 'refuse', why };
    }
  }
  return {
    how: 'copy',
    builtin,
    // An error must arrive, at worst as one of a class that its own extends.
    classes: classes.filter(
      (found): found is Callable => found !== undefined && (!isError || isCopyable(found)),
    ),
    root,
    hasState: hasMethod(prototype, '__getstate__') || hasMethod(prototype, '__setstate__'),
  };
}

/** The class whose instances have this prototype. */
function classWith(prototype: object): Callable | undefined {
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof type === 'function' && type.prototype === prototype ? type : undefined;
}

function hasMethod(prototype: object, name: string): boolean {
  return typeof (prototype as Record<string, unknown>)[name] === 'function';
}

function isOther(object: object): boolean {
  return types.isProxy(object) || types.isGeneratorObject(object) || types.isExternal(object);
}

function pretence(object: object): string {
  if (types.isProxy(object)) return 'a Proxy';
  if (types.isGeneratorObject(object)) return 'a generator';
  return 'an object with the prototype of a built-in class, which it is no instance of';
}
