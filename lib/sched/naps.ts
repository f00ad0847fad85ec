/** Node's timers hold 24.8 days at most. */
const LONGEST = 2_000_000;

/** Sleeps that do not block and can be ended from outside. */
export class Naps {
  readonly #ends = new Set<() => void>();

  /**
   * Resolves after so many seconds, or sooner: the caller looks again. 0 lets the event loop go
   * round.
   *
   * @throws the signal's reason
   */
  take(seconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      let immediate: NodeJS.Immediate | undefined;
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        this.#ends.delete(end);
        signal?.removeEventListener('abort', end);
        clearImmediate(immediate);
        clearTimeout(timer);
        if (signal?.aborted) reject(signal.reason);
        else resolve();
      };
      if (signal?.aborted) return end();
      if (seconds === 0) immediate = setImmediate(end);
      else timer = setTimeout(end, Math.min(seconds, LONGEST) * 1000);
      signal?.addEventListener('abort', end, { once: true });
      this.#ends.add(end);
    });
  }

  /** Ends all of them. */
  end(): void {
    for (const end of this.#ends) end();
  }
}

/** Awaits somebody else's promise. @throws the signal's reason, without waiting for the promise any longer */
export async function orAborted(waited: unknown, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) {
    await waited;
    return;
  }
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([waited, aborted]);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}
