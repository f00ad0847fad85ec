import type { Writable } from 'node:stream';
import { addon } from '../_native/index.js';
import { osErrorClass } from '../errors.js';

/**
 * Makes what this Worker writes to standard output and error go straight to the descriptors, each
 * chunk whole. Node would send it to the thread that started the Worker, where it waits for that
 * thread's event loop.
 */
export function writeOutputDirectly(): void {
  direct(process.stdout, 1);
  direct(process.stderr, 2);
}

/** What Node's streams let their makers replace. */
type Internals = {
  _writev: unknown;
  _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error) => void): void;
};

/** A reader that has gone (EPIPE) is an error of the stream, as on the main thread. */
function outputError(errno: number): Error {
  return new (osErrorClass(errno))(`write failed with errno ${errno}`, { errno, syscall: 'write' });
}

function direct(stream: Writable, descriptor: number): void {
  const internals = stream as unknown as Internals;
  internals._writev = null;
  internals._write = (chunk, encoding, done) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    const errno = addon.writeOutput(descriptor, bytes);
    done(errno === 0 ? undefined : outputError(errno));
  };
}
