import type { Session } from 'node:inspector';
import { setImmediate } from 'node:timers';

/** All objects that the inspector is asked about. */
export const GROUP = 'heddle';

let session: Session | undefined;
let isDenied = false;

/**
 * A session with V8's inspector in this thread, which answers synchronously. It lasts as long as
 * this turn of the event loop: while there is one, Node hands all that is logged to it, to be kept.
 *
 * @returns undefined where the inspector may not be used: under `--permission` without
 * `--allow-inspector`, or in a Node that was built without it
 */
export function openSession(): Session | undefined {
  if (session !== undefined || isDenied) return session;
  try {
    const opened = new (process.getBuiltinModule('node:inspector').Session)();
    opened.connect();
    session = opened;
    setImmediate(close).unref();
    asked = 0;
  } catch {
    isDenied = true;
  }
  return session;
}

let asked = 0;

/**
 * Lets go of what was asked about, once in a while: that costs as much as half a question, and what
 * is held until then is a few functions with their variables.
 */
export function release(session: Session): void {
  asked += 1;
  if (asked % 16 === 0) session.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
}

function close(): void {
  session?.disconnect();
  session = undefined;
}

/** Asks, and returns the answer: in the same thread the inspector gives it before `post` returns. */
export function ask<Answer>(session: Session, method: string, params?: object): Answer {
  let answer: Answer | undefined;
  session.post(method, params, (error, result) => {
    if (!error) answer = result as Answer;
  });
  if (answer === undefined) throw new Error(`the inspector did not answer ${method}`);
  return answer;
}
