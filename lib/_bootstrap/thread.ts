// The entry point of every Worker that heddle starts. Plain JavaScript for Node: loaders that the
// program was started with are in force here, too.
import { workerData } from 'node:worker_threads';
import { internals } from '../threading/index.js';

internals.writeOutputDirectly();
internals.becomeThread(workerData);
