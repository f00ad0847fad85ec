import type { ProfileFunction, TraceFunction } from './frame.js';

/** What the threads report to that this thread starts. */
export const hooks: { trace: TraceFunction | null; profile: ProfileFunction | null } = {
  trace: null,
  profile: null,
};

/** Whether threads that are started now trace: they need Workers of their own. */
export function isTracing(): boolean {
  return hooks.trace !== null || hooks.profile !== null;
}
