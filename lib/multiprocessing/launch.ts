import { addon, type NativeProcess } from '../_native/index.js';
import { type FunctionReference, putWith } from '../pickle/index.js';
import { dismiss } from './boot.js';
import type { Preparation } from './preparation.js';
import { refillSeats, takeSeat } from './seats.js';
import { getSelf } from './self.js';
import { getSettings } from './settings.js';
import type { StartMethod } from './start-method.js';

export interface Launch {
  method: StartMethod;
  name: string;
  /** Of the Process object. */
  identity?: string;
  daemon: boolean;
  main: FunctionReference;
  args: readonly unknown[];
  /** Whether others like it may be started soon. */
  isOneOfMany: boolean;
  /** Left out: this process's own. */
  authkey?: Buffer;
}

/**
 * Starts a process that calls `main(...args)`. Does not wait until it runs.
 *
 * @throws PicklingError if an argument cannot travel; OSError
 */
export function launch({
  method,
  name,
  identity,
  daemon,
  main,
  args,
  isOneOfMany,
  authkey = addon.processKey(),
}: Launch): NativeProcess {
  const seat = takeSeat(method);
  const { mailbox, child } = seat;
  child.setDaemon(daemon);
  const { logLevel, logToStderr } = getSettings();
  const preparation: Preparation = {
    name,
    identity,
    daemon,
    parentName: getSelf().name,
    authkey: authkey.toString('base64'),
    argv: process.argv.slice(1),
    startMethod: method,
    logLevel,
    logToStderr,
    main,
  };
  try {
    putWith(mailbox, [], preparation, 0, 0, 0);
    putWith(mailbox, [], args, 0, 0, 0);
  } catch (error) {
    // It has begun to boot meanwhile: describing a function takes as long.
    dismiss(seat);
    throw error;
  }
  if (isOneOfMany) refillSeats(method);
  return child;
}
