import { nodeOptions } from '../../_internal/index.js';
import { addon } from '../../_native/index.js';

type WithReallyExit = NodeJS.Process & { reallyExit(code: number): never };

/** Options by which Node writes something when it ends. */
const WRITES_AT_END = /^--(cpu-prof|heap-prof|prof|trace-event|report)/;

/**
 * Lets this process end, after its 'exit' listeners, as CPython's forked processes do: by `_exit`.
 * Otherwise it would take apart, piece by piece, a heap that it shares with the process it was forked
 * from, and copy it for that.
 */
export function endWithoutTeardown(): void {
  let hasThrown = false;
  process.on('uncaughtExceptionMonitor', () => {
    hasThrown = true;
  });
  const last = (code: number) => {
    // Node prints the error after the listeners.
    if (hasThrown) return;
    // Those that were added later have their turn first.
    const listeners = process.rawListeners('exit');
    for (const listener of listeners.slice(listeners.indexOf(last) + 1)) {
      listener.call(process, code);
    }
    const exitCode = Number(process.exitCode ?? code);
    if (writesAtEnd()) (process as WithReallyExit).reallyExit(exitCode);
    addon.exitQuickly(exitCode);
  };
  process.on('exit', last);
}

function writesAtEnd(): boolean {
  return (
    process.env.NODE_V8_COVERAGE !== undefined ||
    nodeOptions().some((option) => WRITES_AT_END.test(option))
  );
}
