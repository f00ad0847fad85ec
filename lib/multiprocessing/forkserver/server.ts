import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedExecArgv, nodeOptions } from '../../_internal/index.js';
import { addon, builtFile, type NativeProcess } from '../../_native/index.js';
import { KeyboardInterrupt } from '../../errors.js';
import { dismiss, occupy, type Place, reservePlace, type Seat, spawnNode } from '../boot.js';
import { type Connection, Pipe } from '../connection/index.js';
import { getExecutable } from '../executable.js';
import { getForkserverPreload } from '../preload.js';
import {
  CONTROL,
  type ForkAnswer,
  type ForkRequest,
  type Greeting,
  type Readiness,
} from './protocol.js';

const BOOTSTRAP = fileURLToPath(builtFile('_bootstrap/fork-server.cjs'));
/** Seconds after which a server that does not answer is taken for stuck. A fork takes milliseconds. */
const PATIENCE = 5;
/** Milliseconds within which a server should be ready, with all that it preloads. */
const LONGEST_BOOT = 60_000;

/** The server is there, but the system would not make a process. */
export class ForkRefused extends Error {
  override name = 'ForkRefused';
}

/** A process that was asked for. */
export interface Order {
  place: Place;
  cwd: string;
  env: string;
}

/** One process that forks others. */
export class Server {
  readonly process: NativeProcess;
  readonly #control: Connection;
  readonly #since = performance.now();
  /** Whether it loads modules, or was started with options that do. */
  readonly #runsCode = runsCode();
  /** What it was started with and hands on; nobody can change that in it. */
  readonly #identity = identity();
  readonly #cwd = process.cwd();
  readonly #env = environment();
  readonly #unwanted: Order[] = [];

  /**
   * Starts it, and does not wait for it.
   *
   * @throws OSError
   */
  constructor() {
    // Before anything may fail: it names the family's memory.
    addon.createChannel(true, 0);
    const [control, other] = Pipe();
    this.#control = control;
    try {
      this.process = spawnNode([BOOTSTRAP], [[CONTROL, other.fileno()]]);
      const program = resolve(process.argv[1] ?? 'program.js');
      control.send({ modules: getForkserverPreload(), program } satisfies Greeting);
    } catch (error) {
      control.close();
      throw error;
    } finally {
      other.close();
    }
  }

  /** Whether it lives, and what it was started with still holds. */
  get isCurrent(): boolean {
    return this.process.isAlive() && this.#identity === identity();
  }

  /** What it says when it has started; undefined if that is not after `seconds`. **Blocks this thread.** */
  readiness(seconds: number): Readiness | undefined {
    const nothing = { warnings: [] };
    if (!this.#control.poll(seconds)) {
      const isLate = performance.now() - this.#since > LONGEST_BOOT;
      return isLate ? { ...nothing, fault: 'it does not become ready' } : undefined;
    }
    try {
      return this.#control.recv() as Readiness;
    } catch {
      return { ...nothing, fault: 'it ended while it started' };
    }
  }

  /** Waits, without blocking, until `readiness(0)` says something, `seconds` at most. */
  async start(seconds: number): Promise<void> {
    await this.#control.pollAsync({ timeout: seconds });
  }

  /** Asks for a process as it is to be now. Orders are fetched in their turn. */
  order(): Order {
    const place = reservePlace();
    const order = { place, cwd: process.cwd(), env: environment() };
    const request: ForkRequest = { place: place.number, hasRunCode: this.#runsCode };
    if (order.cwd !== this.#cwd) request.cwd = order.cwd;
    if (order.env !== this.#env) request.env = { ...process.env };
    try {
      this.#control.send(request);
    } catch (error) {
      addon.placeTaken(place.number, 0);
      throw error;
    }
    return order;
  }

  /**
   * What was ordered. **Blocks this thread** until it has been forked.
   *
   * @throws ForkRefused; what tells that the server is lost
   */
  fetch(order: Order): Seat {
    while (this.#unwanted.length > 0) dismiss(this.#fetchNext(this.#unwanted.shift() as Order));
    return this.#fetchNext(order);
  }

  /** Answers come in the order of the requests. */
  #fetchNext({ place }: Order): Seat {
    return occupy(place, () => {
      this.#awaitAnswer();
      const answer = this.#control.recv() as ForkAnswer;
      if (typeof answer !== 'number') throw new ForkRefused(answer);
      return addon.adoptChild(answer, true);
    });
  }

  /** What was ordered is not wanted: it is ended when it is there. */
  cancel(order: Order): void {
    this.#unwanted.push(order);
    this.#endUnwanted();
  }

  #endUnwanted(): void {
    try {
      while (this.#unwanted.length > 0 && this.#control.poll(0)) {
        dismiss(this.#fetchNext(this.#unwanted.shift() as Order));
      }
    } catch {
      // The server is lost, or would not make it.
    }
  }

  /** Lets go of it without a word to it. */
  forget(): void {
    this.#control.close();
  }

  stop(): void {
    this.#endUnwanted();
    for (const { place } of this.#unwanted) addon.placeTaken(place.number, 0);
    this.forget();
    dismiss({ child: this.process });
  }

  /** A SIGINT does not end this: as a start by spawn, it is left to the program's listener. */
  #awaitAnswer(): void {
    const deadline = performance.now() + PATIENCE * 1000;
    for (;;) {
      try {
        const seconds = (deadline - performance.now()) / 1000;
        if (!this.#control.poll(Math.max(seconds, 0))) throw new Error('no answer');
        return;
      } catch (error) {
        if (!(error instanceof KeyboardInterrupt)) throw error;
      }
    }
  }
}

/** Whether a process that was ordered is as it would be if it were ordered now. */
export function isUpToDate({ cwd, env }: Order): boolean {
  return cwd === process.cwd() && env === environment();
}

function environment(): string {
  return JSON.stringify(process.env);
}

/** A server under another user would fork children of that user. */
function identity(): string {
  const { geteuid, getegid, getgroups } = process;
  return JSON.stringify([
    getExecutable(),
    inheritedExecArgv(),
    process.env.NODE_OPTIONS,
    geteuid?.(),
    getegid?.(),
    getgroups?.(),
    getForkserverPreload(),
  ]);
}

function runsCode(): boolean {
  const loads = /^(-r|--require|--import|--loader|--experimental-loader)(=|$)/;
  return getForkserverPreload().length > 0 || nodeOptions().some((option) => loads.test(option));
}
