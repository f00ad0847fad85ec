import type { Callable } from './functions/index.js';

/**
 * What a class that is sent by value is known by, in whatever thread or process: so all of its
 * instances that arrive somewhere are of one class, and where it came from they are of the original.
 */
const identities = new WeakMap<Callable, string>();
const classes = new Map<string, WeakRef<Callable>>();
const collected = new FinalizationRegistry<string>((identity) => {
  if (classes.get(identity)?.deref() === undefined) classes.delete(identity);
});

let token: string | undefined;
let count = 0;

/** The identity of a class; made up for one that was never sent. */
export function identityOf(type: Callable): string {
  let identity = identities.get(type);
  if (identity === undefined) {
    // Asked for here: it takes longer to load than the rest of a boot's modules.
    token ??= process.getBuiltinModule('node:crypto').randomUUID();
    identity = `${token} ${count++}`;
    rememberClass(identity, type);
  }
  return identity;
}

/** The class of that identity, if it was made or rebuilt here. */
export function classOf(identity: string): Callable | undefined {
  return classes.get(identity)?.deref();
}

export function rememberClass(identity: string, type: Callable): void {
  identities.set(type, identity);
  classes.set(identity, new WeakRef(type));
  collected.register(type, identity);
}
