import { SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { atLeast, check } from '../harness/workload.js';

const OPS = 100;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'SharedMemory: create with a name, write, close, unlink',
  unit: 'segment',
  bar: { CPython: atLeast(1) },
  sides: {
    heddle: () => ({
      ops: OPS,
      run() {
        for (let i = 0; i < OPS; i++) {
          const name = `heddle-bench-${process.pid}-${i}`;
          const memory = new SharedMemory({ name, create: true, size: 4096 });
          memory.buf[0] = 1;
          memory.close();
          memory.unlink();
          check('length', memory.buf.length, 0);
        }
      },
    }),
    CPython: async () =>
      (await import('../peers/python.js')).openPython('shared_memory.py', 'create'),
  },
};
