import { fileURLToPath } from 'node:url';
import { builtFile, require } from '../_native/index.js';
import type { Hooks } from './hooks.js';

/** What `install.ts` has, which imports this file. */
interface Tracing {
  install(): void;
  report(trace: Hooks['trace'], profile: Hooks['profile']): void;
  clearStack(): void;
}

let tracing: Tracing | undefined;

/**
 * Makes this thread one that traces: what it loads from now on is instrumented. Best before it has
 * loaded anything of the user's.
 */
export function installTracing(): Tracing {
  if (tracing === undefined) {
    tracing = require(fileURLToPath(builtFile('_trace/install.js'))) as Tracing;
    tracing.install();
  }
  return tracing;
}

/** This thread reports from now on; nothing is installed for the sake of reporting to nobody. */
export function reportHere({ trace, profile }: Readonly<Hooks>): void {
  if (tracing === undefined && trace === null && profile === null) return;
  installTracing().report(trace, profile);
}
