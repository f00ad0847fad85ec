import { fileURLToPath } from 'node:url';
import { builtFile, require } from '../../_native/index.js';
import type { ProfileFunction, TraceFunction } from './frame.js';
import { hooks } from './hooks.js';

let tracing: typeof import('./install.js') | undefined;

/** Makes this Worker, which has loaded nothing of the user's yet, one that traces. */
export function installTracing(): void {
  tracing = require(
    fileURLToPath(builtFile('threading/trace/install.js')),
  ) as typeof import('./install.js');
  tracing.install();
}

/** What a start sends along with its arguments; before them, there may be the function. */
export function withHooks(args: readonly unknown[], at: number): unknown[] {
  return [...args.slice(0, at), hooks.trace, hooks.profile, ...args.slice(at)];
}

/**
 * A run begins to report, when all that it needs has been loaded.
 *
 * @param args what `withHooks` has made
 * @returns the arguments themselves
 */
export function beginTracing([trace, profile, ...args]: unknown[]): unknown[] {
  hooks.trace = trace as TraceFunction | null;
  hooks.profile = profile as ProfileFunction | null;
  tracing?.clearStack();
  tracing?.report(hooks.trace, hooks.profile);
  return args;
}

/** What a run has left over reports to nobody. */
export function endTracing(): void {
  hooks.trace = null;
  hooks.profile = null;
  tracing?.report(null, null);
}
