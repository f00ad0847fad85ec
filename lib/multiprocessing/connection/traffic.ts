import { constants } from 'node:buffer';
import { toSeconds } from '../../_internal/index.js';
import { type NativeConnection, Passage, staging, waitAsync } from '../../_native/index.js';
import { OSError, RuntimeError } from '../../errors.js';
import { handleIsClosed, passed } from './passage.js';
import { Turns } from './turns.js';

const FOR_EVER = -1;

/**
 * What one thread sends and receives at a connection: whole messages, and descriptors between them,
 * blocking or not.
 */
export class Traffic {
  readonly native: NativeConnection;
  readonly writable: boolean;
  #readable: boolean;
  readonly #receiving: Turns;
  readonly #sending: Turns;
  /** Ends those who only look; made for the first of them. */
  #closing: AbortController | undefined;

  constructor(native: NativeConnection) {
    this.native = native;
    this.#readable = (native.kind & 1) !== 0;
    this.writable = (native.kind & 2) !== 0;
    this.#receiving = new Turns((id) => native.readyAsync(id, false));
    this.#sending = new Turns((id) => native.readyAsync(id, true));
  }

  get readable(): boolean {
    return this.#readable;
  }

  /** Whether nobody's promise has to send before. */
  get isIdle(): boolean {
    return this.#sending.isEmpty;
  }

  checkOpen(): void {
    if (this.native.closed) throw handleIsClosed();
  }
  checkReadable(): void {
    this.checkOpen();
    if (!this.#readable) throw new OSError('connection is write-only');
  }
  checkWritable(): void {
    this.checkOpen();
    if (!this.writable) throw new OSError('connection is read-only');
  }

  send(bytes: Uint8Array): void {
    passed(this.native.send(bytes, 0, bytes.length, FOR_EVER, false));
  }

  sendAsync(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const { native } = this;
    let begun = false;
    const attempt = () => {
      const result = begun ? native.flush(0) : native.send(bytes, 0, bytes.length, 0, true);
      begun = true;
      return passed(result) ? { value: undefined } : undefined;
    };
    return this.#sending.take({ attempt, hasBegun: () => begun }, signal);
  }

  /** A message of its own. */
  receive(most: number): Buffer {
    return owned(this.receiveShortly(most));
  }

  /** A message, which may lie in the staging memory: that is used again as soon as other code runs. */
  receiveShortly(most: number = constants.MAX_LENGTH): Buffer {
    return this.#receive(FOR_EVER, most) as Buffer;
  }

  receiveAsync(most: number, signal?: AbortSignal): Promise<Buffer> {
    const attempt = () => {
      const value = this.#receive(0, most);
      return value && { value: owned(value) };
    };
    return this.#receiving.take({ attempt }, signal);
  }

  sendHandle(handle: number): void {
    passed(this.native.sendHandle(handle, FOR_EVER));
  }

  sendHandleAsync(handle: number, signal?: AbortSignal): Promise<void> {
    const attempt = () =>
      passed(this.native.sendHandle(handle, 0)) ? { value: undefined } : undefined;
    return this.#sending.take({ attempt }, signal);
  }

  receiveHandle(): number {
    return this.#receiveHandle(FOR_EVER) as number;
  }

  receiveHandleAsync(signal?: AbortSignal): Promise<number> {
    const attempt = () => {
      const value = this.#receiveHandle(0);
      return value === undefined ? undefined : { value };
    };
    return this.#receiving.take({ attempt }, signal);
  }

  #receiveHandle(seconds: number): number | undefined {
    const received = this.native.receiveHandle(seconds);
    if (received >= 0) return received;
    if (received === -Passage.cut) throw new RuntimeError('Invalid data received');
    passed(received);
    return undefined;
  }

  /** Whether there is something to be received within that time. */
  poll(timeout: number | null): boolean {
    return passed(this.native.poll(toSeconds(timeout)));
  }

  async pollAsync(timeout: number | null, signal?: AbortSignal): Promise<boolean> {
    const seconds = toSeconds(timeout);
    const { native } = this;
    this.#closing ??= new AbortController();
    const closing = this.#closing.signal;
    return await waitAsync((id) => native.readyAsync(id, false), {
      seconds,
      signal: signal ? AbortSignal.any([signal, closing]) : closing,
    });
  }

  close(): void {
    this.#receiving.end(handleIsClosed);
    this.#sending.end(handleIsClosed);
    this.#closing?.abort(handleIsClosed());
    this.native.close();
  }

  /** A message: a view of the staging memory, or a Buffer of its own; undefined where there is none. */
  #receive(seconds: number, most: number): Buffer | undefined {
    const received = this.native.receive(seconds, most);
    if (typeof received !== 'number') return Buffer.from(received);
    if (received >= 0) return staging.incoming.bytes.subarray(0, received);
    if (received === -Passage.badLength) this.#refuse();
    passed(received);
    return undefined;
  }

  /** Where the next message begins is not known any more. */
  #refuse(): void {
    this.#readable = false;
    if (!this.writable) this.close();
  }
}

function owned(message: Buffer): Buffer {
  return message.buffer === staging.incoming.bytes.buffer ? Buffer.from(message) : message;
}
