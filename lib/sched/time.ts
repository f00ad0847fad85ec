import { toSeconds } from '../_internal/index.js';
import { addon, type NativeEvent, succeeded } from '../_native/index.js';

/** Python's `time.monotonic()`: seconds of the system's clock, the same in every thread and process. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds / 1e9;
}

let never: NativeEvent | undefined;

/**
 * Python's `time.sleep()`. **Blocks this thread.**
 *
 * @throws KeyboardInterrupt (main thread), OverflowError above TIMEOUT_MAX
 */
export function sleep(seconds: number): void {
  const left = toSeconds(seconds);
  if (left === 0) return;
  never ??= addon.createEvent(false);
  succeeded(never.wait(left));
}
