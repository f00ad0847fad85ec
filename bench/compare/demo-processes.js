import { atLeast } from '../harness/workload.js';
import { openDemo } from '../peers/demo.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'the demo (examples/report) in two processes against one thread',
  unit: 'report',
  bar: { 'one thread': atLeast(1.6) },
  rounds: 3,
  limit: 300,
  sides: {
    heddle: () => openDemo('ProcessPoolExecutor'),
    'one thread': () => openDemo('one thread'),
  },
};
