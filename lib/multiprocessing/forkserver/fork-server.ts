import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedExecArgv, nodeOptions } from '../../_internal/index.js';
import { addon, builtFile, type NativeProcess } from '../../_native/index.js';
import { KeyboardInterrupt } from '../../errors.js';
import { dismiss, type Seat, seatFor, spawnNode } from '../boot.js';
import { type Connection, Pipe } from '../connection/index.js';
import { getExecutable } from '../executable.js';
import { logger, warnOnce } from '../logging/index.js';
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

/** So often in a row the server fails before processes are spawned for good. */
const MOST_FAILURES = 5;

/** The server of this thread, while it runs. */
interface Server {
  process: NativeProcess;
  control: Connection;
  isReady: boolean;
  /** Whether it loads modules, or was started with options that do. */
  runsCode: boolean;
  /** What it was started with and hands on; nobody can change that in it. */
  identity: string;
  cwd: string;
  env: string;
}

/**
 * The process that children are forked from. It boots beside the first starts, which do not wait for
 * it; it ends with this thread. Where this system or program cannot be forked, there is none, and
 * the logger says so once.
 */
class ForkServer {
  #server: Server | undefined;
  #isUnfit = false;
  /** How many starts in a row have failed. */
  #failures = 0;

  /** A new process; undefined while there is no server that is ready. */
  take(): Seat | undefined {
    const server = this.#current();
    if (!server || !this.#isReady(server, 0)) return undefined;
    try {
      const seat = seatFor((place) => fork(server, place));
      this.#failures = 0;
      return seat;
    } catch (error) {
      const { message } = error as Error;
      logger.info(`forkserver: no process (${message})`);
      this.#failures += 1;
      if (this.#failures >= MOST_FAILURES) this.#giveUp(message);
      // It was killed, or is stuck: the next start makes another one.
      else if (!(error instanceof ForkRefused)) this.stop();
      return undefined;
    }
  }

  /** Starts a server, if there is none and can be one. Does not wait for it. */
  start(): void {
    if (this.#isUnfit || this.#current()) return;
    if (isDebugged()) {
      this.#giveUp('the program is being debugged');
      return;
    }
    // Before anything may fail: it names the family's memory.
    addon.createChannel(true, 0);
    const [control, other] = Pipe();
    try {
      const process = spawnNode([BOOTSTRAP], [[CONTROL, other.fileno()]]);
      this.#server = {
        process,
        control,
        isReady: false,
        runsCode: runsCode(),
        ...whatItTakesOver(),
      };
      const program = resolve(globalThis.process.argv[1] ?? 'program.js');
      control.send({ modules: getForkserverPreload(), program } satisfies Greeting);
    } catch {
      // The system has no room for it: then processes are spawned.
      control.close();
    } finally {
      other.close();
    }
  }

  /** Whether there is a server that is ready, at the latest after `seconds`. **Blocks this thread.** */
  awaitReady(seconds: number): boolean {
    this.start();
    const server = this.#current();
    return server !== undefined && this.#isReady(server, seconds);
  }

  /** As `awaitReady()`, without blocking. */
  async awaitReadyAsync(seconds: number): Promise<boolean> {
    this.start();
    const server = this.#current();
    if (!server) return false;
    if (!server.isReady) await server.control.pollAsync({ timeout: seconds });
    return this.#isReady(server, 0);
  }

  /** Whether processes are forked, as far as this thread knows. */
  get isReady(): boolean {
    return this.#server?.isReady ?? false;
  }

  /** The server's pid, if there is one: for tests. */
  get pid(): number | undefined {
    return this.#server?.process.pid;
  }

  /** In a copy of the process: it is not its own. */
  forget(): void {
    this.#server?.control.close();
    this.#server = undefined;
  }

  stop(): void {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.control.close();
    dismiss({ child: server.process });
  }

  /** The server, unless it has ended or what it was started with holds no more. */
  #current(): Server | undefined {
    const server = this.#server;
    if (!server) return undefined;
    if (server.process.isAlive() && server.identity === identity()) return server;
    this.stop();
    return undefined;
  }

  #isReady(server: Server, seconds: number): boolean {
    if (server.isReady) return true;
    if (server !== this.#server || !server.control.poll(seconds)) return false;
    try {
      const { fault, warnings } = server.control.recv() as Readiness;
      for (const warning of warnings) warnOnce(`forkserver: ${warning}`);
      if (fault === undefined) server.isReady = true;
      else this.#giveUp(fault);
    } catch {
      this.#giveUp('it ended while it started');
    }
    return server.isReady;
  }

  #giveUp(why: string): void {
    this.#isUnfit = true;
    this.stop();
    warnOnce(`forkserver: ${why}; processes are started by spawn`);
  }
}

/** The server is there, but the system would not make a process. */
class ForkRefused extends Error {
  override name = 'ForkRefused';
}

function fork(server: Server, place: number): NativeProcess {
  const { control } = server;
  const { cwd, env } = whatItTakesOver();
  const request: ForkRequest = { place, hasRunCode: server.runsCode };
  if (cwd !== server.cwd) request.cwd = cwd;
  if (env !== server.env) request.env = { ...process.env };
  control.send(request);
  awaitAnswer(control);
  const answer = control.recv() as ForkAnswer;
  if (typeof answer !== 'number') throw new ForkRefused(answer);
  return addon.adoptChild(answer, true);
}

/** A SIGINT does not end this: as a start by spawn, it is left to the program's listener. */
function awaitAnswer(control: Connection): void {
  const deadline = performance.now() + PATIENCE * 1000;
  for (;;) {
    try {
      const seconds = (deadline - performance.now()) / 1000;
      if (!control.poll(Math.max(seconds, 0))) throw new Error('no answer');
      return;
    } catch (error) {
      if (!(error instanceof KeyboardInterrupt)) throw error;
    }
  }
}

/** What a child has of its parent without being told. */
function whatItTakesOver(): Pick<Server, 'identity' | 'cwd' | 'env'> {
  return { identity: identity(), cwd: process.cwd(), env: JSON.stringify(process.env) };
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

/** Each process has its own debugger, which a copy of one that has been booted would not have. */
function isDebugged(): boolean {
  return nodeOptions().some((option) => /^--inspect/.test(option));
}

function runsCode(): boolean {
  const loads = /^(-r|--require|--import|--loader|--experimental-loader)(=|$)/;
  return getForkserverPreload().length > 0 || nodeOptions().some((option) => loads.test(option));
}

export const forkServer = new ForkServer();
