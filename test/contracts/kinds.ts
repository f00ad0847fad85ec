import { AssertionError, RuntimeError, ValueError } from 'heddle/errors';
import {
  getContext,
  Barrier as SharedBarrier,
  Condition as SharedCondition,
  Event as SharedEvent,
  Lock as SharedLock,
  RLock as SharedRLock,
  Semaphore as SharedSemaphore,
  type StartMethod,
} from 'heddle/multiprocessing';
import {
  Barrier,
  type BarrierOptions,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
  Thread,
} from 'heddle/threading';
import { addon } from '../../dist/_native/index.js';
import { adopt } from '../../dist/_thread/index.js';

/** Somebody else who runs a function: a thread or a process. */
export interface Party {
  start(): void;
  join(timeout?: number | null): void;
  joinAsync(options?: { timeout?: number | null }): Promise<void>;
  isAlive(): boolean;
}

export type PartyKind = 'thread' | 'process';

/** What wrong uses of locks are in Python's module. */
const THREADING = {
  notHeld: new RuntimeError('release unlocked lock'),
  notOwned: new RuntimeError('cannot release un-acquired lock'),
  waitUnheld: new RuntimeError('cannot wait on un-acquired lock'),
  notifyUnheld: new RuntimeError('cannot notify on un-acquired lock'),
};
const MULTIPROCESSING = {
  notHeld: new ValueError('semaphore or lock released too many times'),
  notOwned: new AssertionError('attempt to release recursive lock not owned by thread'),
  waitUnheld: new AssertionError('must acquire() condition before using wait()'),
  notifyUnheld: new AssertionError('lock is not owned'),
};

/** Primitives of a kind, and who shares them. */
export interface Kind {
  name: string;
  party: PartyKind;
  parties: string;
  /** Whether a party's target may be async. */
  hasLoop: boolean;
  module: 'threading' | 'multiprocessing';
  errors: Record<keyof typeof THREADING, Error>;
  // biome-ignore lint/suspicious/noExplicitAny: any function can be a target
  makeParty<F extends (...args: any[]) => unknown>(options: {
    target: F;
    args: Parameters<F>;
  }): Party;
  makeLock(): Lock;
  makeEvent(): Event;
  makeSemaphore(value?: number): Semaphore;
  makeRLock(): RLock;
  makeCondition(lock?: Lock | RLock): Condition;
  makeBarrier(parties: number, options?: BarrierOptions): Barrier;
}

const threads = {
  party: 'thread',
  parties: 'threads',
  hasLoop: true,
  makeParty: (options) => new Thread(options),
} satisfies Partial<Kind>;

/**
 * Processes by that start method. Daemonic: a test that is ended from outside takes them along. What
 * `fork` starts has no event loop: `hasLoop` is false there.
 */
const processes = (method: StartMethod, hasLoop = true) =>
  ({
    party: 'process',
    parties: 'processes',
    hasLoop,
    makeParty: (options) => new (getContext(method).Process)({ ...options, daemon: true }),
  }) satisfies Partial<Kind>;

const shared = {
  module: 'multiprocessing',
  errors: MULTIPROCESSING,
  makeLock: () => new SharedLock(),
  makeEvent: () => new SharedEvent(),
  makeSemaphore: (value) => new SharedSemaphore(value),
  makeRLock: () => new SharedRLock(),
  makeCondition: (lock) => new SharedCondition(lock),
  makeBarrier: (parties, options) => new SharedBarrier(parties, options),
} satisfies Partial<Kind>;

/** What `threading` has. */
export const OF_THREADS: Kind[] = [
  {
    name: 'threading',
    module: 'threading',
    errors: THREADING,
    ...threads,
    makeLock: () => new Lock(),
    makeEvent: () => new Event(),
    makeSemaphore: (value) => new Semaphore(value),
    makeRLock: () => new RLock(),
    makeCondition: (lock) => new Condition(lock),
    makeBarrier: (parties, options) => new Barrier(parties, options),
  },
  {
    name: 'threading, in shared memory',
    module: 'threading',
    errors: THREADING,
    ...threads,
    makeLock: () => new Lock({ [adopt]: addon.createLock(true) }),
    makeEvent: () => new Event({ [adopt]: addon.createEvent(true) }),
    makeSemaphore: (value = 1) =>
      value < 0
        ? new Semaphore(value)
        : new Semaphore({ [adopt]: addon.createSemaphore(true, value) }),
    makeRLock: () => new RLock({ [adopt]: addon.createLock(true) }),
    makeCondition: (lock) => new Condition(lock ?? new RLock({ [adopt]: addon.createLock(true) })),
    makeBarrier: (parties, options) => new SharedBarrier(parties, options),
  },
];

/** What `multiprocessing` has. Forked by the server, since setup/forked.ts awaits the server. */
export const OF_PROCESSES: Kind[] = [
  { name: 'multiprocessing, with a thread', ...shared, ...threads },
  { name: 'multiprocessing, with a spawned process', ...shared, ...processes('spawn') },
  { name: 'multiprocessing, with a forked process', ...shared, ...processes('forkserver') },
  { name: 'multiprocessing, with a copy of the process', ...shared, ...processes('fork', false) },
];
