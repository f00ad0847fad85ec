import type { ClassShape, Member } from './class-shape.js';
import { describeKey } from './code.js';
import { type Edit, type Range, replacing } from './edits.js';
import { follow } from './find-path.js';
import { standardGlobals } from './standard-globals.js';
import { BASE, LATER } from './wrapping.js';

/** What has to be changed in the text of a class for it to be evaluated elsewhere. */
export interface ClassSource {
  edits: Edit[];
  /** What is left out: the variables in it are not needed. */
  dropped: Range[];
  /** Whether what it extends travels as a value. */
  hasBase: boolean;
  /** Its static fields that come from the text as they are now. */
  kept: Set<string>;
}

/** What a class's text needs of the surroundings of the class. */
export interface Surroundings {
  /** Whether the variable is one of a scope. */
  hides(name: string): boolean;
  /** Whether all variables that are used in a part of the text are there when the class is made. */
  isThere(range: Range): boolean;
  valueOf(name: string): unknown;
}

/**
 * A class is evaluated before what it captured is there, since that may lead back to the class. So
 * what its evaluation needs is put into the text (the keys of computed names), or is given first
 * (what it extends), or waits until the rest is there (static blocks, private static fields).
 * Public static fields get their present values instead of what they began with.
 *
 * @returns the name of a member whose key cannot be told instead
 */
export function classSource(
  cls: object,
  source: string,
  shape: ClassShape,
  around: Surroundings,
): ClassSource | { unknown: Range } {
  const result: ClassSource = { edits: [], dropped: [], hasBase: false, kept: new Set() };
  const { heritage, members } = shape;
  if (heritage && !isStandard(cls, heritage.name, around)) {
    const [start, end] = heritage.range;
    result.hasBase = true;
    result.dropped.push(heritage.range);
    result.edits.push(replacing(source, start, end, BASE));
  }
  const keys = new ComputedKeys(cls, members, around);
  const later: string[] = [];
  for (const member of members) {
    const key = replaceKey(member, keys, source, result);
    if (key === false) return { unknown: member.computed!.range };
    if (member.isStatic) replaceStatic(cls, member, key, source, result, later);
  }
  if (later.length > 0) {
    const calls = later.map((name) => `this.${name}();`).join('');
    const text = `static{${LATER}.run=()=>{${calls}}}`;
    result.edits.push({ start: shape.end, end: shape.end, text });
  }
  return result;
}

function isStandard(cls: object, name: string | undefined, { hides }: Surroundings): boolean {
  if (name === undefined || hides(name) || !standardGlobals.has(name)) return false;
  return Object.getPrototypeOf(cls) === follow(globalThis, [name]);
}

/** @returns the key; undefined where it does not matter, false where it is unknown */
function replaceKey(
  member: Member,
  keys: ComputedKeys,
  source: string,
  result: ClassSource,
): string | symbol | undefined | false {
  const { computed, name } = member;
  if (computed === undefined) return name;
  if (keys.isThere(computed.range)) return keys.known(member);
  const key = keys.known(member);
  if (key === undefined) return false;
  const described = describeKey(key);
  if (described === undefined) return false;
  const text = JSON.stringify(described.key);
  const literal = { registered: `Symbol.for(${text})`, wellKnown: `Symbol[${text}]`, none: text };
  const [start, end] = computed.range;
  result.edits.push(replacing(source, start, end, literal[described.symbol ?? 'none']));
  result.dropped.push(computed.range);
  return key;
}

function replaceStatic(
  cls: object,
  member: Member,
  key: string | symbol | undefined,
  source: string,
  { edits, dropped, kept }: ClassSource,
  later: string[],
): void {
  const name = `#heddle${later.length}`;
  const { kind, isPrivate, start, value } = member;
  if (kind === 'block') {
    edits.push({ start, end: start + 'static'.length, text: `static ${name}()` });
    later.push(name);
    return;
  }
  if (kind !== 'field') return;
  const keyEnd = source.indexOf(']', member.key![1]);
  const from = member.computed ? keyEnd + 1 : member.key![1];
  if (isPrivate) {
    if (value === undefined || value.isFunction || value.literal !== undefined) return;
    const text = `;static ${name}(){this.#${member.name}=(`;
    edits.push({ start: from, end: value.range[0], text });
    edits.push({ start: value.range[1], end: value.range[1], text: ')}' });
    later.push(name);
    return;
  }
  if (key === undefined || value === undefined) return;
  const [begin, end] = value.range;
  const now: unknown = Object.getOwnPropertyDescriptor(cls, key)?.value;
  const isSame = value.isFunction
    ? typeof now === 'function' &&
      Function.prototype.toString.call(now) === source.slice(begin, end)
    : value.literal !== undefined && Object.is(value.literal, now);
  if (isSame) {
    if (typeof key === 'string') kept.add(key);
    return;
  }
  edits.push(replacing(source, from, end, ''));
  dropped.push([from, end]);
}

/** Finds out what the computed names of a class came to. */
class ComputedKeys {
  readonly isThere: Surroundings['isThere'];
  readonly #around: Surroundings;
  readonly #keys = new Map<Member, string | symbol>();

  constructor(cls: object, members: Member[], around: Surroundings) {
    this.#around = around;
    this.isThere = (range) => around.isThere(range);
    if (!members.some(({ computed }) => computed)) return;
    const { prototype } = cls as { prototype: object };
    this.#match(prototype, members, (member) => !member.isStatic && member.kind === 'method');
    this.#match(cls, members, (member) => member.isStatic && !member.isPrivate);
  }

  known(member: Member): string | symbol | undefined {
    const key = this.#keys.get(member);
    if (key !== undefined) return key;
    const variable = member.computed?.variable;
    const value = variable === undefined ? undefined : this.#around.valueOf(variable);
    if (typeof value === 'symbol' || typeof value === 'string') return value;
    return typeof value === 'number' ? String(value) : undefined;
  }

  /** The keys that the text does not say are in the order of the text: strings, then symbols. */
  #match(owner: object, members: Member[], isHere: (member: Member) => boolean): void {
    const here = members.filter((member) => isHere(member) && member.kind !== 'block');
    const said = new Set<unknown>(here.map(({ name }) => name));
    for (const name of ['constructor', 'length', 'name', 'prototype']) said.add(name);
    const open = here.filter(({ computed }) => computed);
    const rest = Reflect.ownKeys(owner).filter((key) => !said.has(key));
    const isMixed = new Set(rest.map((key) => typeof key)).size > 1;
    const hasIndex = rest.some((key) => typeof key === 'string' && /^\d+$/.test(key));
    if (rest.length !== open.length || (open.length > 1 && (isMixed || hasIndex))) return;
    for (const [index, member] of open.entries()) this.#keys.set(member, rest[index]!);
  }
}
