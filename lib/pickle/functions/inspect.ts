import type { Debugger, Runtime, Session } from 'node:inspector';
import { type Place, type Script, scriptOf } from './scripts.js';
import { ask, GROUP, openSession } from './session.js';

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

/** Where the inspector, which has a world of its own, and this module hand each other objects. */
const SLOT = Symbol.for('heddle.pickle.inspected');
const SLOT_EXPRESSION = `globalThis[Symbol.for(${JSON.stringify(SLOT.description)})]`;
const READ_SCOPES = `function () {
  ${SLOT_EXPRESSION}.scopes = Array.from(this, (scope) => [scope.description, scope.object]);
}`;

interface Slot {
  fn: object;
  scopes: [kind: string, variables: Record<string, unknown>][];
}

/**
 * Asks V8's inspector, in this thread and synchronously, about a function of JavaScript code.
 *
 * @param text the function's own
 * @returns undefined where the inspector may not be used
 */
export function inspect(fn: object, text: string): Inspection | undefined {
  const session = openSession();
  if (session === undefined) return undefined;
  const slot: Slot = { fn, scopes: [] };
  const world = globalThis as { [SLOT]?: Slot };
  try {
    world[SLOT] = slot;
    return inspectSlot(session, slot, text);
  } catch {
    return undefined; // Nothing that is needed: the text alone has to do.
  } finally {
    delete world[SLOT];
    session.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
  }
}

function inspectSlot(session: Session, slot: Slot, text: string): Inspection | undefined {
  const { result } = ask<Runtime.EvaluateReturnType>(session, 'Runtime.evaluate', {
    expression: `${SLOT_EXPRESSION}.fn`,
    objectGroup: GROUP,
  });
  const { internalProperties = [] } = ask<Runtime.GetPropertiesReturnType>(
    session,
    'Runtime.getProperties',
    { objectId: result.objectId, ownProperties: true },
  );
  const internal = (name: string) =>
    internalProperties.find((property) => property.name === name)?.value;
  const location = internal('[[FunctionLocation]]')?.value as Debugger.Location | undefined;
  if (location === undefined) return undefined;
  const objectId = internal('[[Scopes]]')?.objectId;
  if (objectId !== undefined) {
    ask(session, 'Runtime.callFunctionOn', { objectId, functionDeclaration: READ_SCOPES });
  }
  const script = scriptOf(location.scriptId, session);
  return {
    script,
    place: script?.locate(text, location, session),
    scopes: slot.scopes
      .filter(([kind]) => kind !== 'Global')
      .map(([kind, variables]) => ({ kind, variables })),
  };
}

/** A variable's value; undefined for one that has none yet. */
export function valueIn(scope: Scope, name: string): unknown {
  try {
    return scope.variables[name];
  } catch {
    return undefined;
  }
}
