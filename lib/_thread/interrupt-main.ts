import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { wrongType } from '../_internal/index.js';
import { addon } from '../_native/index.js';
import { KeyboardInterrupt, RuntimeError, ValueError } from '../errors.js';

/** The numbers of signals that Python knows, too: 1 to this. */
const MOST = 64;

const { SIGINT } = constants.signals;

if (isMainThread) addon.receiveSignals(arrive);

/**
 * Simulates the arrival of a signal in the main thread, from any thread. Never blocks; the process
 * sends itself nothing.
 *
 * SIGINT ends a blocking call of heddle's in the main thread with a `KeyboardInterrupt`. The
 * listeners of the signal (`process.on('SIGINT', …)`) are called when the main thread's event loop
 * goes on. If there are none, and the main thread was not blocked, a `KeyboardInterrupt` is thrown by
 * the loop, which as any uncaught error ends the program. Other signals only call listeners; without
 * one they do nothing.
 *
 * Differs from CPython: a listener runs on the event loop, not between two bytecodes.
 *
 * @param signum the signal's number, 1 to 64; SIGINT unless told
 * @throws TypeError for what is not an integer; ValueError for another number; RuntimeError if the
 *   main thread has not imported heddle
 * @see https://docs.python.org/3.13/library/_thread.html#thread.interrupt_main
 */
export function interruptMain(signum: number = SIGINT): void {
  if (!Number.isInteger(signum)) throw wrongType('signum', 'an integer', signum);
  if (signum < 1 || signum > MOST) throw new ValueError('signal number out of range');
  if (!addon.sendSignal(signum)) {
    throw new RuntimeError('the main thread has not imported heddle');
  }
}

/** The signal has come to the main thread's loop. `thrown`: a blocking call has ended by it. */
function arrive(signum: number, thrown: number): void {
  const listeners: NodeJS.EventEmitter = process;
  let heard = false;
  // Some numbers have two names, as 6 (SIGABRT, SIGIOT): Node calls each one's listeners.
  for (const [name, number] of Object.entries(constants.signals)) {
    if (number === signum && listeners.emit(name, name, signum)) heard = true;
  }
  if (signum === SIGINT && !heard && !thrown) throw new KeyboardInterrupt('interrupted by SIGINT');
}
