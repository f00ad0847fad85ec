import type { Runtime, Session } from 'node:inspector';
import { type Script, scriptOf } from './scripts.js';

/** What V8 knows about a function and its text does not tell. */
export interface Inspection {
  /** Undefined where the script was collected. */
  script: Script | undefined;
  /** A position within the function's text, as V8 counts. */
  line: number;
  column: number;
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

let isDenied = false;

/**
 * Asks V8's inspector, in this thread and synchronously, about a function of JavaScript code.
 *
 * @returns undefined where the inspector may not be used: under `--permission` without
 * `--allow-inspector`, or in a Node that was built without it
 */
export function inspect(fn: object): Inspection | undefined {
  // A session is cheap, and while there is one, Node hands all that is logged to it, to be kept.
  const session = openSession();
  if (session === undefined) return undefined;
  const slot: Slot = { fn, scopes: [] };
  const world = globalThis as { [SLOT]?: Slot };
  try {
    world[SLOT] = slot;
    return ask(session, slot);
  } catch {
    return undefined; // Nothing that is needed: the text alone has to do.
  } finally {
    delete world[SLOT];
    session.disconnect();
  }
}

function openSession(): Session | undefined {
  if (isDenied) return undefined;
  try {
    const session = new (process.getBuiltinModule('node:inspector').Session)();
    session.connect();
    return session;
  } catch {
    isDenied = true;
    return undefined;
  }
}

function ask(session: Session, slot: Slot): Inspection | undefined {
  const { result } = post<Runtime.EvaluateReturnType>(session, 'Runtime.evaluate', {
    expression: `${SLOT_EXPRESSION}.fn`,
  });
  const { internalProperties = [] } = post<Runtime.GetPropertiesReturnType>(
    session,
    'Runtime.getProperties',
    { objectId: result.objectId, ownProperties: true },
  );
  const internal = (name: string) =>
    internalProperties.find((property) => property.name === name)?.value;
  const location = internal('[[FunctionLocation]]')?.value as
    | { scriptId: string; lineNumber: number; columnNumber?: number }
    | undefined;
  if (location === undefined) return undefined;
  const objectId = internal('[[Scopes]]')?.objectId;
  if (objectId !== undefined) {
    post(session, 'Runtime.callFunctionOn', { objectId, functionDeclaration: READ_SCOPES });
  }
  return {
    script: scriptOf(location.scriptId, session),
    line: location.lineNumber,
    column: location.columnNumber ?? 0,
    scopes: slot.scopes
      .filter(([kind]) => kind !== 'Global')
      .map(([kind, variables]) => ({ kind, variables })),
  };
}

/** In the same thread the inspector answers before `post` returns. */
function post<Answer>(session: Session, method: string, params: object): Answer {
  let answer: Answer | undefined;
  session.post(method, params, (error, result) => {
    if (!error) answer = result as Answer;
  });
  if (answer === undefined) throw new Error(`the inspector did not answer ${method}`);
  return answer;
}

/** A variable's value; undefined for one that has none yet. */
export function valueIn(scope: Scope, name: string): unknown {
  try {
    return scope.variables[name];
  } catch {
    return undefined;
  }
}
