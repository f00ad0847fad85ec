import { builtFile } from '../_native/index.js';
import type { FunctionReference } from '../pickle/index.js';

/** What a child of the class Process calls first (run-process.ts). */
export const RUN_PROCESS: FunctionReference = {
  kind: 'reference',
  format: 'module',
  url: builtFile('multiprocessing/run-process.js').href,
  path: ['runProcess'],
};
