import type { ProfileFunction, TraceFunction } from './frame.js';
import { currentHooks, setHooks } from './hooks.js';
import { installTracing } from './report-here.js';

/** What a start sends along with its arguments; before them, there may be the function. */
export function withHooks(args: readonly unknown[], at: number): unknown[] {
  const { trace, profile } = currentHooks();
  return [...args.slice(0, at), trace, profile, ...args.slice(at)];
}

/**
 * A run begins to report, when all that it needs has been loaded.
 *
 * @param args what `withHooks` has made
 * @returns the arguments themselves
 */
export function beginTracing([trace, profile, ...args]: unknown[]): unknown[] {
  installTracing().clearStack();
  setHooks({ trace: trace as TraceFunction | null, profile: profile as ProfileFunction | null });
  return args;
}
