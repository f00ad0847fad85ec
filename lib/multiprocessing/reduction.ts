/**
 * How objects are reduced to what can be passed to other processes: `heddle/pickle`, under the names
 * of Python's `multiprocessing.reduction`; and descriptors of files, sockets and pipes that go to
 * other processes, heddle's and Python's.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing-programming
 * @module
 */
import { checkInteger, checkOptions, wrongType } from '../_internal/index.js';
import { addon } from '../_native/index.js';
import { OSError, ValueError } from '../errors.js';
import { dumps, loads, register } from '../pickle/index.js';
import { Connection, trafficOf } from './connection/connection.js';
import type { WaitOptions } from './connection/index.js';
import type { Traffic } from './connection/traffic.js';

export { register };

/** Python's class of that name, as far as it is used without an instance. */
export const ForkingPickler = { register, dumps, loads } as const;

/**
 * Sends a copy of a descriptor over a connection, to whoever calls `recvHandle()`. **Blocks this
 * thread** while the other end does not read and the system's memory for the connection is full.
 *
 * @param conn a connection within this machine: of `Pipe()`, or of the family `'AF_UNIX'`
 * @param handle the descriptor, which stays open here
 * @param destinationPid the process at the other end; only Windows asks for it
 * @throws OSError if the connection is closed, read-only or no such socket, or the descriptor is not
 *   open; ValueError for a number less than 0; TypeError; BrokenPipeError; KeyboardInterrupt (main
 *   thread)
 */
export function sendHandle(conn: Connection, handle: number, destinationPid?: number | null): void {
  sending(conn, handle, destinationPid).sendHandle(handle);
}

/**
 * As `sendHandle()`, without blocking; the descriptor has to stay open until then. Also throws the
 * signal's reason.
 */
export async function sendHandleAsync(
  conn: Connection,
  handle: number,
  destinationPid?: number | null,
  options?: WaitOptions,
): Promise<void> {
  const { signal } = checkOptions(options, ['signal']);
  await sending(conn, handle, destinationPid).sendHandleAsync(handle, signal);
}

/**
 * Receives a descriptor that was sent with `sendHandle()`. **Blocks this thread** until there is one.
 *
 * @returns the descriptor, which is the caller's: nobody else closes it. It is not inherited
 * @throws RuntimeError ("Invalid data received") for anything else than one descriptor, of which one
 *   byte is lost then; EOFError if the other end is closed; OSError if this one is closed, write-only
 *   or no such socket; KeyboardInterrupt (main thread)
 */
export function recvHandle(conn: Connection): number {
  return receiving(conn).receiveHandle();
}

/** As `recvHandle()`, without blocking. Also throws the signal's reason. */
export async function recvHandleAsync(conn: Connection, options?: WaitOptions): Promise<number> {
  const { signal } = checkOptions(options, ['signal']);
  return await receiving(conn).receiveHandleAsync(signal);
}

function sending(conn: Connection, handle: number, destinationPid?: number | null): Traffic {
  const traffic = trafficTo(conn);
  checkInteger('handle', handle);
  if (handle < 0) throw new ValueError('invalid handle');
  if (destinationPid !== undefined && destinationPid !== null) {
    checkInteger('destinationPid', destinationPid);
  }
  traffic.checkWritable();
  return traffic;
}

function receiving(conn: Connection): Traffic {
  const traffic = trafficTo(conn);
  traffic.checkReadable();
  return traffic;
}

const SOCKET = 4;

function trafficTo(conn: Connection): Traffic {
  if (!(conn instanceof Connection)) throw wrongType('conn', 'a Connection', conn);
  const traffic = trafficOf(conn);
  traffic.checkOpen();
  const { native } = traffic;
  // Over the internet the system would send the byte, and say nothing of the descriptor.
  if ((native.kind & SOCKET) === 0 || typeof addon.addressOf(native) !== 'string') {
    throw new OSError('descriptors go over sockets of the family AF_UNIX only');
  }
  return traffic;
}
