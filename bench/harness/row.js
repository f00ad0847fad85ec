// The process of one row: measures a workload's file and sends the result to run.js.
//   node row.js FILE [quick]
import { pathToFileURL } from 'node:url';
import { measure } from './rounds.js';

const [, , file = '', quick] = process.argv;

try {
  /** @type {{ default: import('./workload.js').Workload }} */
  const { default: workload } = await import(pathToFileURL(file).href);
  const sides = await measure(workload, { quick: quick === 'quick' });
  await send({ sides });
} catch (error) {
  await send({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
// Pools of peers would keep the process alive.
process.exit();

/**
 * @param {object} message
 * @returns {Promise<void>}
 */
function send(message) {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve(void console.log(JSON.stringify(message, null, 2)));
  });
}
