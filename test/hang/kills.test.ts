import { killLoops } from './kills.js';

killLoops({ locks: 100, semaphores: 40, events: 40, queues: 60, pools: 30 });
