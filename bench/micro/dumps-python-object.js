import { packing } from '../peers/python-pickle.js';
import { makeObject, weigh } from '../workers/messages.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'dumpsPython: an object of 100 bytes',
  unit: 'value',
  sides: packing(makeObject(), 1000, weigh).pack,
};
