// The thread at the other end of a heddle channel.
import { workerData } from 'node:worker_threads';
import { addon } from '../harness/internals.js';
import { serveChannel } from './serve-channel.js';

serveChannel(addon.withdraw(workerData.incoming), addon.withdraw(workerData.outgoing));
