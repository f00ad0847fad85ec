import { fileURLToPath } from 'node:url';
import { inheritedExecArgv } from '../_internal/index.js';
import { addon, builtFile, type NativeProcess, spawnProcess } from '../_native/index.js';
import { type FunctionReference, putWith } from '../pickle/index.js';
import { getSelf } from './self.js';

/** What a child is told before anything else: the first message in its mailbox. */
export interface Preparation {
  name: string;
  daemon: boolean;
  /** The parent's pid and name. */
  parent: [pid: number, name: string];
  /** The parent's: the program that all of them belong to. */
  argv: string[];
  /** The function of heddle's own that the child calls with the second message's array. */
  main: FunctionReference;
}

/** What a child's command line says after the entry point: its place in the family. */
export const MARK = 'heddle-process';
/** Under these numbers a child finds the memory that it shares, and what tells it of our end. */
export const FAMILY = 3;
export const LIFELINE = 4;

/** Where every process of heddle's begins. */
const BOOTSTRAP = fileURLToPath(builtFile('_bootstrap/process.cjs'));

export interface Launch {
  name: string;
  daemon: boolean;
  main: FunctionReference;
  args: readonly unknown[];
}

/**
 * Starts a process that calls `main(...args)`. Does not wait until it runs.
 *
 * @throws PicklingError if an argument cannot travel; OSError
 */
export function launch({ name, daemon, main, args }: Launch): NativeProcess {
  const mailbox = addon.createChannel(true, 0);
  const preparation: Preparation = {
    name,
    daemon,
    parent: [process.pid, getSelf().name],
    argv: process.argv.slice(1),
    main,
  };
  putWith(mailbox, [], preparation, 0, 0, 0);
  putWith(mailbox, [], args, 0, 0, 0);
  const place = addon.reservePlace(mailbox);
  let pid = 0;
  try {
    const child = spawnProcess({
      file: process.execPath,
      args: [process.argv0, ...execArgv(), BOOTSTRAP, MARK, String(place)],
      descriptors: [[FAMILY, addon.familyDescriptor()]],
      lifeline: LIFELINE,
      daemon,
    });
    pid = child.pid;
    return child;
  } finally {
    addon.placeTaken(place, pid);
  }
}

/** A debugger's port belongs to one process: a child takes a free one. */
function execArgv(): string[] {
  return inheritedExecArgv().map((option) => {
    if (/^--inspect(-brk|-wait)?(=|$)/.test(option)) return '--inspect=127.0.0.1:0';
    return /^--(inspect|debug)-port=/.test(option) ? '--inspect-port=0' : option;
  });
}
