import { describeFunction } from '../harness/internals.js';
import { check } from '../harness/workload.js';
import { identity } from '../tasks/identity.js';

const OPS = 1000;

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'describeFunction: an exported function, described before',
  unit: 'call',
  sides: {
    heddle() {
      const { kind } = describeFunction(identity);
      return {
        ops: OPS,
        run() {
          for (let i = 0; i < OPS; i++) check('kind', describeFunction(identity).kind, kind);
        },
      };
    },
  },
};
