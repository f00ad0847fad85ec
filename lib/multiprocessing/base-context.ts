import { inspect } from 'node:util';
import { ValueError } from '../errors.js';
import { registerTraveller } from '../pickle/index.js';
import { allowConnectionPickling } from './allow-connection-pickling.js';
import { Barrier } from './barrier.js';
import { BoundedSemaphore } from './bounded-semaphore.js';
import { Condition } from './condition.js';
import {
  AuthenticationError,
  BufferTooShort,
  ProcessError,
  TimeoutError,
} from './connection/errors.js';
import { Pipe } from './connection/index.js';
import { activeChildren, currentProcess, parentProcess } from './current.js';
import { Event } from './event.js';
import { setExecutable } from './executable.js';
import { freezeSupport } from './freeze-support.js';
import { JoinableQueue } from './joinable-queue.js';
import { Lock } from './lock.js';
import { getLogger, logToStderr } from './logging/index.js';
import { setForkserverPreload } from './preload.js';
import type { Process } from './process.js';
import { Queue } from './queue.js';
import * as reducer from './reduction.js';
import { RLock } from './rlock.js';
import { Semaphore } from './semaphore.js';
import { RawArray, RawValue, Array as SharedArray, Value } from './sharedctypes/index.js';
import { SimpleQueue } from './simple-queue.js';
import { checkStartMethod, type StartMethod } from './start-method.js';
import { cpuCount } from './system.js';

const contexts = new Map<StartMethod, BaseContext>();

/** Enters the context of a start method. */
export function enterContext(context: BaseContext): void {
  contexts.set(context.getStartMethod(), context);
}

/** @throws ValueError for what is no start method, or does not work here */
export function contextFor(method: unknown): BaseContext {
  return contexts.get(checkStartMethod(method)) as BaseContext;
}

/**
 * What `heddle/multiprocessing` has, with one start method, whatever the program's is:
 * `getContext('spawn')` has a `Process` that is started by spawn. What it has can be taken from it:
 * `const { Process, Queue } = getContext('spawn')`.
 *
 * Locks, queues and the like are the same classes in every context, and can be passed to processes
 * however they are started.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#contexts-and-start-methods
 */
export abstract class BaseContext {
  /** A process that is started by this context's method. */
  abstract readonly Process: typeof Process;
  protected abstract readonly method: StartMethod;

  readonly ProcessError = ProcessError;
  readonly BufferTooShort = BufferTooShort;
  readonly TimeoutError = TimeoutError;
  readonly AuthenticationError = AuthenticationError;

  readonly currentProcess = currentProcess;
  readonly parentProcess = parentProcess;
  readonly activeChildren = activeChildren;
  readonly cpuCount = cpuCount;

  readonly Pipe = Pipe;
  readonly Lock = Lock;
  readonly RLock = RLock;
  readonly Condition = Condition;
  readonly Semaphore = Semaphore;
  readonly BoundedSemaphore = BoundedSemaphore;
  readonly Event = Event;
  readonly Barrier = Barrier;
  readonly Queue = Queue;
  readonly JoinableQueue = JoinableQueue;
  readonly SimpleQueue = SimpleQueue;
  readonly RawValue = RawValue;
  readonly RawArray = RawArray;
  readonly Value = Value;
  readonly Array = SharedArray;

  readonly getLogger = getLogger;
  readonly logToStderr = logToStderr;
  readonly freezeSupport = freezeSupport;
  readonly allowConnectionPickling = allowConnectionPickling;
  readonly setExecutable = setExecutable;
  readonly setForkserverPreload = setForkserverPreload;
  readonly reducer = reducer;

  /** This context; or that of another start method, as the function `getContext()` gives it. */
  getContext(method?: StartMethod | null): BaseContext {
    return method === undefined || method === null ? this : contextFor(method);
  }

  /** This context's. */
  getStartMethod(): StartMethod {
    return this.method;
  }

  /** @throws ValueError always: a context has its method for good */
  setStartMethod(_method: StartMethod | null, _options?: { force?: boolean }): never {
    throw new ValueError('cannot set start method of concrete context');
  }

  [inspect.custom](): string {
    return `<${this.constructor.name}>`;
  }

  static {
    registerTraveller(BaseContext, {
      name: 'Context',
      module: 'multiprocessing',
      inherits: true,
      parts: (context) => [context.getStartMethod()],
      take: (_native, _state, [method]) => contextFor(method),
    });
  }
}
