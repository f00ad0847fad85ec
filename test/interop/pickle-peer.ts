import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { track } from '../setup/children.js';
import type { Python } from './pythons.js';

/** A Python process that packs and unpacks (pickle_peer.py). */
export class PicklePeer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((answer: Buffer) => void)[] = [];
  #received = Buffer.alloc(0);

  constructor({ path }: Python) {
    const env = { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' };
    const program = join(import.meta.dirname, 'pickle_peer.py');
    this.#child = spawn(path, [program], { env, detached: true });
    track(this.#child);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#child.stderr.pipe(process.stderr);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0);
      if (this.#received.length < end) return;
      this.#waiting.shift()?.(this.#received.subarray(4, end));
      this.#received = this.#received.subarray(end);
    }
  }

  async #ask(...parts: (string | number | Buffer)[]): Promise<Buffer> {
    const bytes = parts.map((part) =>
      typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string),
    );
    const request = Buffer.concat(bytes);
    const header = Buffer.alloc(4);
    header.writeInt32BE(request.length);
    const answer = new Promise<Buffer>((resolve) => this.#waiting.push(resolve));
    this.#child.stdin.write(Buffer.concat([header, request]));
    const reply = await answer;
    if (reply[0] === 0x2b) return Buffer.from(reply.subarray(1));
    throw new Error(`Python: ${reply.subarray(1)}`);
  }

  /** The pickle of what an expression gives. */
  dumps(expression: string, protocol: number): Promise<Buffer> {
    return this.#ask('d', protocol, expression);
  }

  /** The `repr` of a pickle's value. */
  async repr(pickle: Buffer): Promise<string> {
    return (await this.#ask('l', pickle)).toString();
  }

  /** Python's pickle of a pickle's value. */
  again(pickle: Buffer, protocol: number): Promise<Buffer> {
    return this.#ask('r', protocol, pickle);
  }

  /** 'True' if a pickle's value has the type and the `repr` of an expression's; else its `repr`. */
  async matches(pickle: Buffer, expression: string): Promise<string> {
    const length = Buffer.alloc(4);
    length.writeInt32BE(Buffer.byteLength(expression));
    return (await this.#ask('e', 0, length, expression, pickle)).toString();
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
