import load from 'node-gyp-build';
import { packageFolder } from './files.js';
import type {
  NativeAddress,
  NativeBarrier,
  NativeBlock,
  NativeChannel,
  NativeCondition,
  NativeConnection,
  NativeEvent,
  NativeLock,
  NativeProcess,
  NativeSegment,
  NativeSemaphore,
  NativeServer,
  NativeStep,
  NativeThread,
  Sendable,
} from './natives.js';

/**
 * What the addon exports. Times are seconds, less than 0 (or left out) for ever, 0 only one attempt; results
 * named `Outcome` are numbers of `outcome.ts`. Native objects belong to one thread; those that
 * can be sent are `Sendable`.
 */
export interface Addon {
  createLock(shared: boolean): NativeLock;
  /** Of the wait that has just ended in a deadlock: its circle, this thread first. */
  takeCircle(): NativeStep[];
  createEvent(shared: boolean): NativeEvent;
  createSemaphore(shared: boolean, value: number): NativeSemaphore;
  createCondition(shared: boolean): NativeCondition;
  createBarrier(shared: boolean, parties: number): NativeBarrier;
  /**
   * `mostItems` 0 or less: no limit. `order`: 0 the oldest first, 1 the newest, 2 the least key (those
   * two in this process only). `counts`: what is put is to be finished.
   */
  createChannel(
    shared: boolean,
    mostItems: number,
    order?: number,
    counts?: boolean,
  ): NativeChannel;
  createSegment(name: string | undefined, bytes: number, track: boolean): NativeSegment;
  openSegment(name: string): NativeSegment;
  /** Zeroed memory that the program's processes share, without a name. */
  createBlock(bytes: number): NativeBlock;
  /** The record of a thread that may be started. `origin`: left out, it is one of threading's. */
  createThread(name: string, daemon: boolean, origin?: number): NativeThread;
  /** The calling thread's record. One that threading did not know becomes a dummy by that. */
  ownThread(): NativeThread;
  mainThread(): NativeThread;
  /** The main thread, and the living threads that threading knows of. */
  livingThreads(): NativeThread[];
  /** 1, 2, …: for the names of the process's threads. */
  nextThreadNumber(): number;
  /** How many bytes of stack the threads get that are started from here on; 0: as Node has it. */
  stackSize(): number;
  setStackSize(bytes: number): void;
  /** What all threads of the process shall know, in one of 8 slots: see lib/pickle/notices.ts. */
  postNotice(slot: number, notice: NativeChannel | undefined): number;
  noticeNumber(slot: number): number;
  /** The number of the last notice in any slot; they count up. */
  noticeCount(): number;
  readNotice(slot: number): NativeChannel | undefined;
  /** See `spawnProcess` (spawn-process.ts), which is the one caller. */
  spawnProcess(
    file: string,
    args: string[],
    env: string[] | null,
    cwd: string | null,
    descriptors: Int32Array,
    flags: number,
  ): NativeProcess;
  /**
   * Makes a copy of this process with all its threads, which goes on from here: 0 in the copy, its
   * pid here. On the main thread only. `asSibling`: the copy is our parent's child, not ours.
   *
   * @throws OSError (ENOSYS where the system does not allow it)
   */
  forkProcess(asSibling: boolean): number;
  /** The same for a child that is a member of the family with all that this process holds. */
  forkMember(): number;
  /** In a process that `forkMember()` has made: what `watchParent()` takes. */
  inheritedLifeline(): number;
  /** Whether this process minds SIGINT. */
  ignoreInterrupts(ignore: boolean): void;
  /** A child of ours that another process has forked. */
  adoptChild(pid: number, daemon: boolean): NativeProcess;
  /** The system's number of this process; `process.pid` is that of the process it was forked from. */
  pid(): number;
  /**
   * In a child: its parent, whose end closes the other end of `lifeline`, a descriptor that the
   * object takes over. `daemon`: this process ends at once with it, even if it is blocked or
   * busy.
   */
  watchParent(lifeline: number, pid: number, daemon: boolean): NativeProcess;
  /** SIGTERM, SIGKILL after 0.1 s, and waits. The process does so at exit for its daemonic children. */
  endChildren(alsoNonDaemonic: boolean): void;
  /** The pids of the children that have not ended. */
  livingChildren(): number[];
  /** A child that is not daemonic and has not ended, whichever thread has started it. */
  awaitedChild(): NativeProcess | undefined;
  /** A number that tells a process from a later one of the same pid; undefined if there is none. */
  processStartTime(pid: number): number | undefined;
  /** Ends the process: no hook runs, nothing is flushed, daemonic children are left to their lifelines. */
  exitNow(code: number): never;
  /** As `exitNow()`, after what heddle does at the end of a process. */
  exitQuickly(code: number): never;

  /** The objects that came with the message taken last. */
  takeAttachments(): Sendable[];
  /** Leaves an object for a thread that does not exist yet; the ticket is good once. */
  deposit(object: Sendable): number;
  withdraw(ticket: number): Sendable | undefined;

  /**
   * A place for a child in the memory that the program's processes share. `mailbox`, a shared
   * channel, is what `joinFamily` returns there.
   */
  reservePlace(mailbox: NativeChannel): number;
  /** The descriptor of that memory. */
  familyDescriptor(): number;
  /** The child in that place has been started; 0 for the pid: it could not be. */
  placeTaken(place: number, pid: number): void;
  /** To be called in a child, before anything is shared. */
  joinFamily(descriptor: number, place: number): NativeChannel;

  /** Makes this thread serve `mailbox`: see native/binding/server_object.h. */
  serve(mailbox: NativeChannel, handler: () => void): NativeServer;
  /** Blocks until no Worker is being booted any more. */
  waitForArrivals(seconds: number): void;
  /** Done when no thread lives that the program must wait for. */
  onlyDaemonsAsync(id: number): number;
  /** Takes a promise's waiter out of its line; false if it is not there any more. */
  cancel(id: number): boolean;
  setSettler(settle: (count: number) => void, pairs: Int32Array): void;
  setErrorFactory(
    factory: (errno: number, syscall: string, filename: string | undefined) => Error,
  ): void;

  /**
   * On the main thread: `handle` is called by its loop for each signal that `sendSignal` sends.
   * `thrown`: not 0 if a wait has been interrupted by it.
   */
  receiveSignals(handle: (number: number, thrown: number) => void): void;
  /** False if the main thread does not receive any. SIGINT interrupts its wait. */
  sendSignal(number: number): boolean;

  /** Two sockets, or a pipe whose first end reads. */
  createPipe(duplex: boolean): [NativeConnection, NativeConnection];
  /** The object takes the descriptor over. */
  adoptDescriptor(descriptor: number, readable: boolean, writable: boolean): NativeConnection;
  /** A copy of the descriptor, to be handed over: it is closed here once that was done. */
  packDescriptor(descriptor: number, readable: boolean, writable: boolean): NativeConnection;
  /** Of `handOver` in any process of this user: good once. */
  takeOver(ticket: BigUint64Array, readable: boolean, writable: boolean): NativeConnection;
  /** Until one can be read: Outcome. `ready` gets 1 for each that can. */
  waitDescriptors(descriptors: Int32Array, ready: Uint8Array, seconds: number): number;
  waitDescriptorsAsync(id: number, descriptors: Int32Array): number;
  /** With a port: of the internet; without: of the file system, or abstract. */
  listenAt(host: string, port: number | undefined, backlog: number): NativeConnection;
  /** Undefined if there is none now. */
  acceptFrom(listener: NativeConnection): [NativeConnection, NativeAddress] | undefined;
  /** To be finished when it is writable. Undefined: the listener takes no more for now. */
  startConnecting(host: string, port: number | undefined): NativeConnection | undefined;
  finishConnecting(connection: NativeConnection): void;
  addressOf(connection: NativeConnection): NativeAddress;
  /** The address of a host; may wait for the net. */
  resolveHost(host: string): string;
  /** The secret of the program's processes, the same in all threads. */
  processKey(): Buffer;
  setProcessKey(key: Uint8Array): void;

  staging(): ArrayBuffer;
  slab(shared: boolean, number: number): ArrayBuffer;
  /** Writes all of `bytes`, whole before anything else of this process. 0 or the errno. */
  writeOutput(descriptor: number, bytes: Uint8Array): number;
  /** The number by which this thread holds locks: those of this process, or of several. */
  holder(shared: boolean): number;
  nativeThreadId(): number;
  usableCores(): number;
  /** A cheap clock that steps by a few milliseconds. */
  coarseMillis(): number;
  /** Whether this thread's loop has anything to do that is not heddle's. */
  isLoopAlive(): boolean;
  /** How long waits spin before they sleep, for measurements. */
  setSpin(microseconds: number): void;
}

/** The addon, as this thread has loaded it. */
export const addon = load(packageFolder) as Addon;
