import { packing } from '../peers/python-pickle.js';

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'loadsPython: a list of 10,000 integers',
  unit: 'value',
  sides: packing([...Array(10_000).keys()], 10, (list) => list[9999]).unpack,
};
