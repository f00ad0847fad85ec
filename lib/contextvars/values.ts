// The values of a context: a persistent map from the numbers of variables, in a trie of 32 branches (as CPython's
// HAMT, but numbers need no hashing, and never collide). A change copies one node for each 32-fold of variables;
// whoever holds the map of before keeps it.

/** The value of one variable. */
export interface Binding {
  readonly number: number;
  readonly key: unknown;
  readonly value: unknown;
}

const BITS = 5;

/** A node of the trie, and the map if it is the root. Never changed. */
export class Values {
  constructor(
    /** Which of the 32 branches there are. */
    readonly bitmap: number,
    /** These branches, in their order. */
    readonly branches: readonly (Binding | Values)[],
    /** How many bindings are below. */
    readonly size: number,
  ) {}
}

export const EMPTY = new Values(0, [], 0);

export function find(values: Values, number: number): Binding | undefined {
  let node = values;
  for (let rest = number; ; rest >>>= BITS) {
    const bit = 1 << (rest & 31);
    if ((node.bitmap & bit) === 0) return undefined;
    const branch = node.branches[countBits(node.bitmap & (bit - 1))] as Binding | Values;
    if (!(branch instanceof Values)) return branch.number === number ? branch : undefined;
    node = branch;
  }
}

/** The map with a binding, in place of the one of the same number. */
export function bind(values: Values, binding: Binding): Values {
  return bindAt(values, binding, 0);
}

function bindAt(node: Values, binding: Binding, shift: number): Values {
  const bit = 1 << ((binding.number >>> shift) & 31);
  const index = countBits(node.bitmap & (bit - 1));
  if ((node.bitmap & bit) === 0) {
    return new Values(
      node.bitmap | bit,
      withInserted(node.branches, index, binding),
      node.size + 1,
    );
  }
  const branches = node.branches.slice();
  const branch = branches[index] as Binding | Values;
  if (branch instanceof Values) {
    const below = bindAt(branch, binding, shift + BITS);
    branches[index] = below;
    return new Values(node.bitmap, branches, node.size - branch.size + below.size);
  }
  if (branch.number === binding.number) {
    branches[index] = binding;
    return new Values(node.bitmap, branches, node.size);
  }
  branches[index] = bindAt(bindAt(EMPTY, branch, shift + BITS), binding, shift + BITS);
  return new Values(node.bitmap, branches, node.size + 1);
}

/** The map without the binding of that number, which has to be in it. */
export function unbind(values: Values, number: number): Values {
  return unbindAt(values, number, 0);
}

function unbindAt(node: Values, number: number, shift: number): Values {
  if (node.size === 1) return EMPTY;
  const bit = 1 << ((number >>> shift) & 31);
  const index = countBits(node.bitmap & (bit - 1));
  const branches = node.branches.slice();
  const branch = branches[index] as Binding | Values;
  if (!(branch instanceof Values)) {
    branches.splice(index, 1);
    return new Values(node.bitmap & ~bit, branches, node.size - 1);
  }
  const below = unbindAt(branch, number, shift + BITS);
  // What is alone below takes the node's place.
  branches[index] = below.size === 1 ? firstOf(below) : below;
  return new Values(node.bitmap, branches, node.size - 1);
}

function firstOf(node: Values): Binding {
  const [first] = node.branches as [Binding | Values];
  return first instanceof Values ? firstOf(first) : first;
}

export function* bindings(values: Values): Generator<Binding, void> {
  for (const branch of values.branches) {
    if (branch instanceof Values) yield* bindings(branch);
    else yield branch;
  }
}

type Branches = Values['branches'];

/** `splice` takes several times as long. */
function withInserted(branches: Branches, index: number, binding: Binding): Branches {
  if (branches.length === 0) return [binding];
  const inserted: (Binding | Values)[] = branches.slice(0, index);
  inserted.push(binding);
  for (let i = index; i < branches.length; i++) inserted.push(branches[i] as Binding | Values);
  return inserted;
}

function countBits(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x5555_5555);
  n = (n & 0x3333_3333) + ((n >>> 2) & 0x3333_3333);
  return (((n + (n >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}
