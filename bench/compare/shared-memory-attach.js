import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { atLeast, check } from '../harness/workload.js';

const OPS = 100;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'SharedMemory: attach by name, read, close',
  unit: 'segment',
  bar: { CPython: atLeast(1) },
  sides: {
    heddle() {
      const memory = new SharedMemory({ create: true, size: 4096 });
      memory.buf[0] = 7;
      const { name } = memory;
      return {
        ops: OPS,
        run() {
          for (let i = 0; i < OPS; i++) {
            const attached = new SharedMemory({ name });
            check('what was written', attached.buf[0], 7);
            attached.close();
          }
        },
        close: () => memory.unlink(),
      };
    },
    CPython: async () =>
      (await import('../peers/python.js')).openPython('shared_memory.py', 'attach'),
  },
};
