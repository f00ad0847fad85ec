import { atMost, check } from '../harness/workload.js';
import { openExecutor, sum, sumBelow } from '../peers/pool-sides.js';
import { identity } from '../tasks/identity.js';

const TASKS = 5000;
/** Fewer, because it takes so much longer. */
const FRESH = 200;

/**
 * A function that captures three variables, new each time, from one place in the source.
 *
 * @param {number} plus
 * @param {string} text
 * @param {{ minus: number }} object
 */
function makeClosure(plus, text, object) {
  return (/** @type {number} */ value) => value + plus + text.length - object.minus;
}

/**
 * @param {number} tasks
 * @param {() => (value: number) => number} next the function of each task
 * @returns {() => Promise<import('../harness/workload.js').TimedSide>}
 */
function side(tasks, next) {
  return async () => {
    const executor = await openExecutor();
    return {
      ops: tasks,
      async run() {
        const futures = [];
        for (let i = 0; i < tasks; i++) futures.push(executor.submit(next(), i));
        check('sum', sum(await Promise.all(futures)), sumBelow(tasks));
      },
      close: () => executor.shutdown(),
    };
  };
}

const fresh = () => makeClosure(1, 'abc', { minus: 4 });
const same = fresh();

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'submit: a closure that captures three variables, again and again',
  unit: 'task',
  bar: { 'an exported function': atMost(10) },
  sides: {
    heddle: side(TASKS, () => same),
    'an exported function': side(TASKS, () => identity),
    'a new closure each time': side(FRESH, fresh),
  },
};
