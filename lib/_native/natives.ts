// The addon's classes as JavaScript sees them, and the numbers in their results.

/** Who may release a lock, so that a deadlock is known for certain; `unwatched`: never look for one. */
export const Releaser = { anybody: 0, owner: 1, unwatched: 2 } as const;

/** What a thread in a deadlock waits for: LongWait::Goal of native/core/deadlock.h. */
export const Goal = { lock: 0, ownedLock: 1, threadEnd: 2 } as const;

/** A thread in a deadlock: its name, what it waits for, and the lock's number or the thread's name. */
export type NativeStep = [
  thread: string,
  goal: (typeof Goal)[keyof typeof Goal],
  awaited: number | string,
];

declare const sendable: unique symbol;
/** A native object that other threads can hold, too. */
export interface Sendable {
  readonly [sendable]?: never;
  /** False: only threads of this process can hold it. */
  readonly shared?: boolean;
}

/** Where a primitive's cell lies, for the fast paths (`cells.ts`). */
export interface NativePrimitive extends Sendable {
  readonly shared: boolean;
  readonly slab: number;
  readonly index: number;
}
export interface NativeLock extends NativePrimitive {
  /** Tells it from all others of its kind of memory. */
  readonly number: number;
  acquire(seconds: number, releaser: (typeof Releaser)[keyof typeof Releaser]): number;
  acquireAsync(id: number): number;
  /** 0 released, 1 not held, 2 abandoned. */
  release(): number;
  recover(): boolean;
}
export interface NativeEvent extends NativePrimitive {
  wait(seconds: number): number;
  waitAsync(id: number): number;
  set(): void;
  clear(): void;
}
export interface NativeSemaphore extends NativePrimitive {
  acquire(seconds: number): number;
  acquireAsync(id: number): number;
  /** False, and nothing done, if the value would pass `limit`. */
  release(count: number, limit: number): boolean;
}
export interface NativeCondition extends NativePrimitive {
  /** Releases the lock, however often it was acquired, and acquires it as often: Outcome. */
  wait(lock: NativeLock, seconds: number): number;
  notify(count: number): void;
  createWaiter(): NativeWaiter;
}
export interface NativeBarrier extends NativePrimitive {
  /**
   * How many were there before, or minus the outcome. The last one lets all through if `opens`, else
   * by `open()`.
   */
  wait(seconds: number, opens: boolean): number;
  /** False if it was broken or reset since the last one has come. */
  open(): boolean;
  abort(): void;
  reset(): void;
  createWaiter(): NativeWaiter;
}
/** A promise's stay at a condition or a barrier. */
export interface NativeWaiter {
  /** At a condition: it waits from here on. */
  enter(): void;
  /** At a barrier: how many were there before, or minus the outcome (wait: not yet). */
  arrive(): number;
  /** At a barrier, by the one that came last: as the barrier's. */
  open(): boolean;
  /** Until `arrive()` need not wait. */
  enterableAsync(id: number): number;
  waitAsync(id: number): number;
  /** At a condition: it waits no longer. Whether it was notified; `end()` tells what comes of it. */
  withdraw(): boolean;
  /**
   * Ends the stay: `Outcome.done` if it has what it waited for.
   *
   * @param acts whether it acts upon a notification; if not, another one gets it
   */
  end(acts: boolean): number;
}
export interface NativeChannel extends Sendable {
  readonly shared: boolean;
  readonly size: number;
  /** The message's position, or minus the outcome. */
  putValue(
    value: number | string | boolean | null | undefined,
    shape: number,
    a: number,
    b: number,
    seconds?: number,
    key?: OrderKey,
  ): number;
  putPacked(
    codec: number,
    length: number,
    extra: PutExtra | undefined,
    shape: number,
    a: number,
    b: number,
  ): number;
  /** The value, and words about it in the staging memory (`staging.ts`). */
  take(seconds: number): number | string | boolean | null | undefined | ArrayBuffer;
  /**
   * As `take` of the message at that position, which stays; undefined if there is none. Between
   * processes, without its attachments.
   */
  peek(position: number): number | string | boolean | null | undefined | ArrayBuffer;
  readableAsync(id: number, keepsAlive: boolean): number;
  writableAsync(id: number, keepsAlive: boolean): number;
  revoke(position: number): boolean;
  isQueued(position: number): boolean;
  /** Ends the putting. `drops`: what is left is dropped, and counts as finished. */
  close(drops?: boolean): void;
  readonly closed: boolean;
  readonly mostItems: number;
  setMostItems(mostItems: number): void;
  /** One that was put is finished. False if all are. */
  finish(): boolean;
  /** Until all are finished: Outcome. */
  waitFinished(seconds: number): number;
  finishedAsync(id: number, keepsAlive: boolean): number;
}
/** What putting takes of a channel. */
export type ChannelInlet = Pick<NativeChannel, 'shared' | 'putValue' | 'putPacked'>;
/** What goes beside a packed payload. `bytes`: the payload, where it is not in the staging memory. */
export type PutExtra = [
  bytes: Uint8Array | null,
  attachments: Sendable[] | null,
  seconds: number,
  key?: OrderKey,
];
/** A number, or bytes (native/core/order_key.h) after their length in four bytes. */
export type OrderKey = number | Uint8Array;
export interface NativeSegment extends Sendable {
  readonly size: number;
  name(): string;
  unlink(): void;
  map(): ArrayBuffer;
  unmap(buffer: ArrayBuffer): void;
}
export interface NativeBlock extends Sendable {
  /** An ArrayBuffer over it, which keeps it. Each call makes another one. */
  map(): ArrayBuffer;
}
/** How a thread came to be: `ThreadRecord::Origin` of native/core/thread_record.h. */
export const Origin = { thread: 0, bare: 1, dummy: 2, main: 3 } as const;
/** Bits of `state`: 1 running, 2 ended, 4 ended by force. */
export interface NativeThread extends Sendable {
  readonly ident: number;
  readonly name: string;
  readonly daemon: boolean;
  /** Only before `announce()`. */
  setDaemon(daemon: boolean): void;
  readonly origin: number;
  readonly nativeId: number;
  readonly state: number;
  rename(name: string): void;
  announce(): void;
  beforeBoot(): void;
  afterBoot(): void;
  begin(): void;
  end(byForce: boolean): void;
  join(seconds: number): number;
  joinAsync(id: number): number;
  waitBegun(seconds: number): number;
  /** What `channel` gets if the run is ended by force. */
  setLastWords(channel: NativeChannel, shape: number, a: number): void;
}
/** A child process, or this process's parent. It is reaped when it ends, whether it is joined or not. */
export interface NativeProcess extends Sendable {
  readonly pid: number;
  /** Of a child: whether it is ended when this process exits. Of a parent: whether this one ends with it. */
  readonly daemon: boolean;
  setDaemon(daemon: boolean): void;
  /** A descriptor that is readable when the process has ended; -1 after close(). Not to be closed or read. */
  readonly sentinel: number;
  /** 0 to 255, or minus the signal; null while it runs, and of a parent. */
  readonly exitCode: number | null;
  isAlive(): boolean;
  join(seconds: number): number;
  joinAsync(id: number): number;
  /** Does nothing if the process has ended. Only to children. */
  signal(number: number): void;
  /** What `channel` gets when the process ends, or now if it has. */
  setLastWords(channel: NativeChannel, shape: number, a: number): void;
  /** Gives the sentinel back; false while the process runs. */
  close(): boolean;
}
/** Host and port, or a path. */
export type NativeAddress = [host: string, port: number] | string;

/** A connection, or a socket that listens. Numbers less than 0 are minus a `Passage`. */
export interface NativeConnection extends Sendable {
  /** The length of a message that is in the staging memory (`incoming`), or a large one. */
  receive(seconds: number, most: number): number | ArrayBuffer;
  /** `keeps`: what cannot be written now is kept for `flush`. */
  send(bytes: Uint8Array, offset: number, size: number, seconds: number, keeps: boolean): number;
  flush(seconds: number): number;
  poll(seconds: number, forWriting?: boolean): number;
  readyAsync(id: number, forWriting: boolean): number;
  /** For all threads. False if it was closed. */
  close(): boolean;
  /** Closes the connection, but not the descriptor, which is the caller's then; -1 if it was closed. */
  detach(): number;
  sendHandle(handle: number, seconds: number): number;
  /** A descriptor. `Passage.cut`: something else has come. */
  receiveHandle(seconds: number): number;
  handOver(ticket: BigUint64Array): void;
  readonly closed: boolean;
  readonly descriptor: number;
  /** Bits: 1 readable, 2 writable, 4 a socket. */
  readonly kind: number;
}
/** How receiving or sending went: `core::Passage` of native/core/connection.h. */
export const Passage = {
  done: 0,
  wait: 1,
  timedOut: 2,
  interrupted: 3,
  stopping: 4,
  end: 5,
  cut: 6,
  badLength: 7,
  closed: 8,
} as const;
export interface NativeServer {
  /** Serves another channel, or again the mailbox. */
  switchTo(channel: NativeChannel | null): void;
  setBusy(busy: boolean): void;
  /** Serves nothing until the loop has nothing else to do, and then calls the handler. */
  awaitQuiet(): void;
}
