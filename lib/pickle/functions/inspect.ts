import type { Debugger, Runtime, Session } from 'node:inspector';
import { type Place, type Script, scriptOf } from './scripts.js';
import { ask, GROUP, openSession, release } from './session.js';

/** What V8 knows about a function and its text does not tell. */
export interface Inspection {
  /** Undefined where the script was collected. */
  script: Script | undefined;
  /** Where the function's text is; undefined where it cannot be found. */
  place: Place | undefined;
  /** The variables around the function, innermost first, without those of globalThis. */
  scopes: Scope[];
}

export interface Scope {
  /** 'Module', 'Closure', 'Block', 'Script', … */
  kind: string;
  /** A copy of the variables, as V8 made it for this inspection. */
  variables: Record<string, unknown>;
}

/** What a bound function binds: the function, `this` and the arguments. */
export type Binding = [target: unknown, self: unknown, ...args: unknown[]];

/** Where the inspector, which has a world of its own, and this module hand each other objects. */
const SLOT = Symbol.for('heddle.pickle.inspected');
const SLOT_EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(SLOT.description)})]`;
const GIVE = `function (...rest) { ${SLOT_EXPRESSION}.given = [this, ...rest]; }`;

interface Slot {
  fn: object | undefined;
  given: unknown[];
}

// Kept: to add and delete a property of globalThis each time would slow down all globals.
const world = globalThis as { [SLOT]?: Slot };
if (world[SLOT] === undefined) {
  Object.defineProperty(world, SLOT, { value: { fn: undefined, given: [] } });
}
const slot = world[SLOT] as Slot;

/**
 * Asks V8's inspector, in this thread and synchronously, about a function of JavaScript code. Three
 * questions, some 25 µs each.
 *
 * @param text the function's own
 * @returns undefined where the inspector may not be used
 */
export function inspect(fn: object, text: string): Inspection | undefined {
  return asking(fn, (session, internal) => {
    const location = internal('[[FunctionLocation]]')?.value as Debugger.Location | undefined;
    if (location === undefined) return undefined;
    const scopes = readScopes(session, internal('[[Scopes]]')?.objectId);
    const script = scriptOf(location.scriptId, session);
    return { script, place: script?.locate(text, location, session), scopes };
  });
}

/** Asks about a bound function; undefined for any other function. */
export function inspectBound(fn: object): Binding | undefined {
  return asking(fn, (session, internal) => {
    const [target, self, args] = ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]'].map(
      internal,
    );
    if (!target?.objectId || !self || !args?.objectId) return undefined;
    ask(session, 'Runtime.callFunctionOn', {
      objectId: args.objectId,
      functionDeclaration: GIVE,
      arguments: [{ objectId: target.objectId }, argumentOf(self)],
    });
    const [bound, fnOf, thisOf] = slot.given as [unknown[], unknown, unknown];
    return [fnOf, thisOf, ...bound];
  });
}

function argumentOf({ objectId, unserializableValue, value }: Runtime.RemoteObject) {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
}

type Internal = (name: string) => Runtime.RemoteObject | undefined;

function asking<Answer>(
  fn: object,
  read: (session: Session, internal: Internal) => Answer | undefined,
): Answer | undefined {
  const session = openSession();
  if (session === undefined) return undefined;
  try {
    slot.fn = fn;
    const { result } = ask<Runtime.EvaluateReturnType>(session, 'Runtime.evaluate', {
      expression: `${SLOT_EXPRESSION}.fn`,
      objectGroup: GROUP,
    });
    const { internalProperties = [] } = ask<Runtime.GetPropertiesReturnType>(
      session,
      'Runtime.getProperties',
      { objectId: result.objectId, ownProperties: true },
    );
    return read(
      session,
      (name) => internalProperties.find((property) => property.name === name)?.value,
    );
  } catch {
    return undefined; // Nothing that is needed: the text alone has to do.
  } finally {
    slot.fn = undefined;
    slot.given = [];
    release(session);
  }
}

function readScopes(session: Session, objectId: string | undefined): Scope[] {
  if (objectId === undefined) return [];
  ask(session, 'Runtime.callFunctionOn', { objectId, functionDeclaration: GIVE });
  const found = slot.given[0] as { description: string; object: Record<string, unknown> }[];
  const scopes: Scope[] = [];
  for (let index = 0; index < found.length; index += 1) {
    const { description, object } = found[index]!;
    if (description !== 'Global') scopes.push({ kind: description, variables: object });
  }
  return scopes;
}

/** A variable's value; undefined for one that has none yet. */
export function valueIn(scope: Scope, name: string): unknown {
  try {
    return scope.variables[name];
  } catch {
    return undefined;
  }
}

/** Whether a variable has a value. Node 20 does not tell, and says `undefined`. */
export function hasValue(scope: Scope, name: string): boolean {
  try {
    void scope.variables[name];
    return true;
  } catch {
    return false;
  }
}
