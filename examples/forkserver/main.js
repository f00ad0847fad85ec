// A module that is slow to load is loaded once: in the server that processes are forked from.
import { Process, SimpleQueue, setForkserverPreload } from 'heddle/multiprocessing';
import { ensureRunningAsync } from 'heddle/multiprocessing/forkserver';

const sieve = new URL('sieve.js', import.meta.url).href;
setForkserverPreload([sieve]);
// Otherwise the first processes would be spawned, while the server loads it.
await ensureRunningAsync();

/** @type {SimpleQueue<{ number: number, prime: boolean, loadedBy: number }>} */
const answers = new SimpleQueue();
const ask = async (/** @type {number} */ number) => {
  const { isPrime, loadedBy } = await import(sieve);
  answers.put({ number, prime: isPrime(number), loadedBy });
};
const numbers = [97, 7919, 999_983, 9_999_991, 9_999_993];
const children = numbers.map((number) => new Process({ target: ask, args: [number] }));
for (const child of children) child.start();
for (const child of children) child.join();

const all = numbers.map(() => answers.get());
for (const { number, prime } of all.sort((a, b) => a.number - b.number)) {
  console.log(`${number} is ${prime ? 'a prime' : 'no prime'}`); // 97 is a prime …
}
console.log(`loaded ${new Set(all.map(({ loadedBy }) => loadedBy)).size} time`); // loaded 1 time
