import { checkOptions } from './arguments.js';

/** Something held: `using held = lock.hold()` lets go of it at the end of the block. */
export interface Hold extends Disposable, AsyncDisposable {}

/** What Python uses with `with`: acquired for a block, and released however the block ends. */
export abstract class Holdable {
  abstract acquire(): boolean;
  abstract acquireAsync(options?: { signal?: AbortSignal }): Promise<boolean>;
  abstract release(): void;

  /**
   * Acquires until the end of the block: `using held = lock.hold()`. **Blocks this thread.**
   *
   * @throws what `acquire()` throws
   */
  hold(): Hold {
    this.acquire();
    return makeHold(() => this.release());
  }

  /** As `hold()`, without blocking: `await using held = await lock.holdAsync()`. */
  async holdAsync(options?: { signal?: AbortSignal }): Promise<Hold> {
    await this.acquireAsync(checkOptions(options, ['signal']));
    return makeHold(() => this.release());
  }

  /**
   * Calls `body` while it is held, and returns what it returns. **Blocks this thread.**
   *
   * @throws what `acquire()` and `body` throw
   */
  with<T>(body: () => T): T {
    this.acquire();
    try {
      return body();
    } finally {
      this.release();
    }
  }
}

/** A hold that calls `release` once. */
function makeHold(release: () => void): Hold {
  let held = true;
  const letGo = () => {
    if (!held) return;
    held = false;
    release();
  };
  return {
    [Symbol.dispose]: letGo,
    async [Symbol.asyncDispose]() {
      letGo();
    },
  };
}
