// HEDDLE_KILLS says how many there are of each kind.
import { killLoops } from '../hang/kills.js';

const kills = Number(process.env.HEDDLE_KILLS ?? 300);
killLoops({ locks: kills, semaphores: kills, events: kills, queues: kills, pools: kills });
