import { builtFile } from '../../_native/index.js';
import type { FunctionReference } from '../../pickle/index.js';

/** What a pool's workers run (worker.ts). */
export const SERVE_TASKS = serving('serveTasks');
export const SERVE_TASKS_IN_PROCESS = serving('serveTasksInProcess');

function serving(name: string): FunctionReference {
  const url = builtFile('concurrent/futures/worker.js').href;
  return { kind: 'reference', format: 'module', url, path: [name] };
}
