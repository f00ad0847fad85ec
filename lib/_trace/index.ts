export type { ProfileFunction, TraceEvent, TraceFrame, TraceFunction } from './frame.js';
export { beginHooks, endHooks, isTracing, noticesSeen } from './hooks.js';
export { installTracing } from './report-here.js';
export {
  getprofile,
  gettrace,
  setprofile,
  setprofileAllThreads,
  settrace,
  settraceAllThreads,
} from './settrace.js';
export { beginTracing, withHooks } from './traced-run.js';
