import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { check } from '../harness/workload.js';

const OPS = 100;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'SharedMemory: create 4,096 bytes, write one, close',
  unit: 'segment',
  sides: {
    heddle: () => ({
      ops: OPS,
      run() {
        for (let i = 0; i < OPS; i++) {
          const memory = new SharedMemory({ create: true, size: 4096 });
          memory.buf[0] = 1;
          memory.close();
          check('length', memory.buf.length, 0);
        }
      },
    }),
  },
};
