import { inspect } from 'node:util';
import { Holdable } from '../../_internal/index.js';
import { RLock } from '../rlock.js';

/** What guards an object: a lock of `threading` or `multiprocessing`. */
export interface Guardian {
  acquire(...args: never[]): boolean;
  acquireAsync?(...args: never[]): Promise<boolean>;
  release(): void;
}

/** What the acquire of heddle's locks takes. */
type AcquireArgs =
  | [blocking: boolean, timeout?: number | null]
  | [options?: { blocking?: boolean; timeout?: number | null }];
type AcquireAsyncArgs = [options?: { timeout?: number | null; signal?: AbortSignal }];

/**
 * A shared object and the lock that guards it. `using held = value.hold()` or `value.with(…)` holds
 * the lock over several accesses; each access by itself holds it anyway.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.sharedctypes.synchronized
 */
export class SynchronizedBase<T extends object = object> extends Holdable {
  readonly #obj: T;
  readonly #lock: Guardian;

  /** @throws TypeError if the lock has no method `acquire` */
  constructor(obj: T, lock?: Guardian | null) {
    super();
    this.#obj = obj;
    this.#lock = lock ? checkLock(lock) : new RLock();
  }

  /** The object itself: whoever uses it has to hold the lock. */
  getObj(): T {
    return this.#obj;
  }

  /** The lock. */
  getLock(): Guardian {
    return this.#lock;
  }

  /** As the lock's. **Blocks this thread.** */
  acquire(...args: AcquireArgs): boolean {
    return this.#lock.acquire(...(args as unknown as never[]));
  }

  /** As the lock's. @throws TypeError if it has none */
  async acquireAsync(...args: AcquireAsyncArgs): Promise<boolean> {
    const lock = this.#lock;
    if (!lock.acquireAsync) throw new TypeError(`${inspect(lock)} has no method 'acquireAsync'`);
    return lock.acquireAsync(...(args as unknown as never[]));
  }

  /** As the lock's. */
  release(): void {
    this.#lock.release();
  }

  [inspect.custom](): string {
    return `<${this.constructor.name} wrapper for ${inspect(this.#obj)}>`;
  }
}

/** @throws TypeError */
export function checkLock(lock: unknown): Guardian {
  if (typeof (lock as Guardian | null)?.acquire !== 'function') {
    throw new TypeError(`${inspect(lock)} has no method 'acquire'`);
  }
  return lock as Guardian;
}
