import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inheritedExecArgv } from '../_internal/index.js';
import {
  addon,
  builtFile,
  type NativeChannel,
  type NativeProcess,
  spawnProcess,
} from '../_native/index.js';
import { getExecutable } from './executable.js';

export const { SIGKILL } = constants.signals;

/** What a child's command line says after the entry point, before its place in the family. */
const MARK = 'heddle-process';
/** Under these numbers a child finds the memory that it shares, and what tells it of our end. */
export const FAMILY = 3;
export const LIFELINE = 4;

/** Where every process of heddle's begins. */
const BOOTSTRAP = fileURLToPath(builtFile('_bootstrap/process.cjs'));

/** A child that does what it finds in its mailbox, and until then waits for it. */
export interface Seat {
  mailbox: NativeChannel;
  child: NativeProcess;
}

/** Room for a child that is to come. */
export interface Place {
  mailbox: NativeChannel;
  number: number;
}

/** @throws OSError where there is none */
export function reservePlace(): Place {
  const mailbox = addon.createChannel(true, 0);
  return { mailbox, number: addon.reservePlace(mailbox) };
}

/**
 * `start` starts the child that the place is for; if it throws, the place is free again.
 *
 * @throws what `start` throws
 */
export function occupy({ mailbox, number }: Place, start: () => NativeProcess): Seat {
  let pid = 0;
  try {
    const child = start();
    pid = child.pid;
    return { mailbox, child };
  } finally {
    addon.placeTaken(number, pid);
  }
}

/**
 * Starts a process by `spawn`, a daemonic one until somebody says otherwise. Does not wait until it
 * runs.
 *
 * @throws OSError
 */
export function boot(): Seat {
  const place = reservePlace();
  return occupy(place, () => spawnNode([BOOTSTRAP, MARK, String(place.number)]));
}

/** Starts Node with an entry point of heddle's, and with what all of them need. */
export function spawnNode(
  program: readonly string[],
  descriptors: readonly (readonly [child: number, here: number])[] = [],
): NativeProcess {
  return spawnProcess({
    file: getExecutable(),
    args: [process.argv0, ...execArgv(), ...program],
    descriptors: [[FAMILY, addon.familyDescriptor()], ...descriptors],
    lifeline: LIFELINE,
    daemon: true,
  });
}

/** Ends a process that was never told what to do. */
export function dismiss({ child }: Pick<Seat, 'child'>): void {
  child.signal(SIGKILL);
}

/** A debugger's port belongs to one process: a child takes a free one. */
function execArgv(): string[] {
  return inheritedExecArgv().map((option) => {
    if (/^--inspect(-brk|-wait)?(=|$)/.test(option)) return '--inspect=127.0.0.1:0';
    return /^--(inspect|debug)-port=/.test(option) ? '--inspect-port=0' : option;
  });
}
