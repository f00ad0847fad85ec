import { deserialize, serialize } from 'node:v8';
import { dumpsPython, loadsPython } from 'heddle/pickle';
import { check } from '../harness/workload.js';

const forms = {
  heddle: { pack: dumpsPython, unpack: loadsPython },
  'v8.serialize': { pack: serialize, unpack: deserialize },
  'JSON in a Buffer': {
    pack: (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)),
    unpack: (/** @type {Buffer} */ bytes) => JSON.parse(bytes.toString()),
  },
};

/**
 * The sides of a row that packs a value, and of one that unpacks it.
 *
 * @param {unknown} value
 * @param {number} ops how often in a run
 * @param {(copy: any) => unknown} weigh what the copy is checked by
 */
export function packing(value, ops, weigh) {
  const expected = weigh(value);
  /** @type {Record<string, () => { ops: number, run(): void }>} */
  const pack = {};
  /** @type {Record<string, () => { ops: number, run(): void }>} */
  const unpack = {};
  for (const [name, form] of Object.entries(forms)) {
    const bytes = form.pack(value);
    pack[name] = () => ({
      ops,
      run() {
        for (let i = 0; i < ops; i++) check('length', form.pack(value).length, bytes.length);
      },
    });
    unpack[name] = () => ({
      ops,
      run() {
        for (let i = 0; i < ops; i++) check('copy', weigh(form.unpack(bytes)), expected);
      },
    });
  }
  return { pack, unpack };
}
