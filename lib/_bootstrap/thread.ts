// The entry point of every Worker that heddle starts. Plain JavaScript for Node: loaders that the
// program was started with are in force here, too.
import { workerData } from 'node:worker_threads';
import { internals as _thread } from '../_thread/index.js';
import { internals as threading } from '../threading/index.js';

_thread.writeOutputDirectly();
_thread.becomeThread(workerData, threading.reportUncaught);
