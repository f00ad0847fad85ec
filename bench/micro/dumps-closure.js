import { dumps } from 'heddle/pickle';
import { check } from '../harness/workload.js';
import { identity } from '../tasks/identity.js';

const OPS = 50;

/**
 * A function that captures three variables.
 *
 * @param {number} plus
 * @param {string} text
 * @param {{ minus: number }} object
 */
function makeClosure(plus, text, object) {
  return (/** @type {number} */ value) => value + plus + text.length - object.minus;
}

/** @param {() => (value: number) => number} next */
function side(next) {
  return () => {
    const { length } = dumps(next());
    return {
      ops: OPS,
      run() {
        for (let i = 0; i < OPS; i++) check('length', dumps(next()).length, length);
      },
    };
  };
}

const fresh = () => makeClosure(1, 'abc', { minus: 4 });
const same = fresh();

/** @type {import('../harness/workload.js').Workload} */
export default {
  name: 'dumps: a closure that captures three variables',
  unit: 'function',
  sides: {
    heddle: side(() => same),
    'a new one each time': side(fresh),
    'an exported function': side(() => identity),
  },
};
