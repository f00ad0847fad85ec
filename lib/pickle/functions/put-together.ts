import { fileURLToPath } from 'node:url';
import { builtFile, require } from '../../_native/index.js';
import { PicklingError } from '../errors.js';
import { baseIndex, keyOf, propertyValue } from './code.js';
import { compile, type Later, type Maker } from './compile.js';
import {
  arrivals,
  type BoundFunction,
  type Callable,
  type FileVariable,
  type FunctionDescriptor,
  type FunctionReference,
  type FunctionSource,
  type Property,
} from './descriptor.js';
import { isFilled, isMade } from './evaluation.js';
import { keepParts, knownParts, NO_VALUES } from './known-parts.js';
import { loadImports } from './load-module.js';
import { loadReference } from './load-reference.js';

/** A function whose captured values are still to come: they may lead back to it. */
export interface Shell {
  readonly fn: Callable;
  /** Sets what it captured, in the order that its code names. To be called once. */
  fill(values: readonly unknown[]): void;
}

/**
 * Makes a function of its code. Each call makes a new one, except for references. Does not block on
 * anything but itself and the loading of modules.
 *
 * @param base what it extends, if `baseIndex(code)` says that this is one of its values
 * @throws ModulesNeeded if modules have to be imported first
 * @throws PicklingError if a module does not export what is wanted; whatever a module throws
 */
export function putTogether(code: FunctionDescriptor, base?: Callable): Shell {
  switch (code.kind) {
    case 'reference':
      return refer(code);
    case 'bound':
      return bind(code);
    case 'value':
      return build(code, base);
  }
}

function refer(code: FunctionReference): Shell {
  const fn = loadReference(code);
  if (!knownParts(fn)) keepParts(fn, { code, values: NO_VALUES });
  return { fn, fill() {} };
}

/** By their descriptions, here as objects and as text; a description arrives more than once. */
const makers = new WeakMap<FunctionSource, Maker>();
const makersByText = new Map<string, Maker>();
const KEPT = 1000;

function makerOf(code: FunctionSource): Maker {
  let maker = makers.get(code);
  if (maker === undefined) {
    const text = JSON.stringify(code);
    maker = makersByText.get(text) ?? compile(code);
    if (makersByText.size >= KEPT) makersByText.delete(makersByText.keys().next().value!);
    makersByText.set(text, maker);
    makers.set(code, maker);
  }
  return maker;
}

function build(code: FunctionSource, base: Callable | undefined): Shell {
  const { imports = [], fileVariables = [], variables = [], properties = [], url } = code;
  const imported = loadImports(imports);
  const later: Later = {};
  const [prepare, set, get, make] = makerOf(code)(later, base);
  if (imports.length + fileVariables.length > 0) {
    prepare([...imported, ...valuesOf(fileVariables, url ?? '')]);
  }
  const made = make();
  const fn = code.form === 'method' ? methodOf(made as object) : (made as Callable);
  rename(fn, code.name);
  arrivals.set(fn, () => ({
    code,
    values: [
      ...get(),
      ...(code.hasBase ? [Object.getPrototypeOf(fn)] : []),
      ...properties.map((property) => propertyValue(fn, property)),
    ],
  }));
  isMade(fn);
  return { fn, fill };

  function fill(values: readonly unknown[]): void {
    if (variables.length > 0) set(values);
    const rest = values.slice(variables.length + (baseIndex(code) < 0 ? 0 : 1));
    give(fn, properties, rest);
    isFilled(fn, later.run && runLater);

    function runLater(): void {
      later.run!();
      // The blocks that ran may have set them to what they began with.
      give(fn, properties, rest);
    }
  }
}

/** Loaded when it is first needed, since few functions do. */
function valuesOf(variables: readonly FileVariable[], url: string): unknown[] {
  if (variables.length === 0) return [];
  const { fileVariable } = require(
    fileURLToPath(builtFile('pickle/functions/file-variables.js')),
  ) as typeof import('./file-variables.js');
  return variables.map((variable) => fileVariable(variable, url));
}

function give(fn: Callable, properties: readonly Property[], values: readonly unknown[]): void {
  for (const [index, property] of properties.entries()) {
    const owner = property.of === 'prototype' ? (fn.prototype as object) : fn;
    const value = values[index];
    Object.defineProperty(owner, keyOf(property), {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

/** The original may have its name from a variable or a computed key. */
function rename(fn: Callable, name: string): void {
  const named = Object.getOwnPropertyDescriptor(fn, 'name');
  if (typeof named?.value === 'string' && named.value !== name) {
    Object.defineProperty(fn, 'name', { ...named, value: name });
  }
}

/** The method, getter or setter of an object that has nothing else. */
function methodOf(object: object): Callable {
  const [property] = Object.values(Object.getOwnPropertyDescriptors(object));
  return property?.value ?? property?.get ?? property?.set;
}

/**
 * What `bind` gives is bound when it is made, and its `this` often leads back to it. So this one
 * calls what it is bound to, once it has it.
 */
function bind(code: BoundFunction): Shell {
  let target: Callable | undefined;
  let self: unknown;
  let bound: unknown[] = [];
  function fn(this: unknown, ...args: unknown[]): unknown {
    if (target === undefined) throw new PicklingError('called before it has arrived');
    const all = [...bound, ...args];
    if (new.target === undefined) return Reflect.apply(target, self, all);
    return Reflect.construct(target, all, new.target === fn ? target : new.target);
  }
  rename(fn, code.name);
  arrivals.set(fn, () => ({ code, values: [target, self, ...bound] }));
  isMade(fn);
  return {
    fn,
    fill([fnOf, thisOf, ...args]) {
      target = fnOf as Callable;
      self = thisOf;
      bound = args;
      Object.defineProperty(fn, 'length', {
        value: Math.max(target.length - args.length, 0),
        configurable: true,
      });
      isFilled(fn, undefined);
    },
  };
}
