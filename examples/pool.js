// Calls in a pool of threads: one by one, in chunks, and one that fails.
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';

/** @param {number} n */
function isPrime(n) {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;
  return n > 1;
}

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
try {
  // A future can be awaited. (Its method result() blocks instead, as in Python.)
  const future = pool.submit((/** @type {number[]} */ xs) => Math.max(...xs), [3, 1, 4, 1, 5]);
  console.log(`the largest is ${await future}`); // the largest is 5

  // Small calls are best made many at a time.
  const numbers = Array.from({ length: 100_000 }, (_, n) => n);
  let primes = 0;
  for await (const prime of pool.map(isPrime, numbers, { chunksize: 5000 }))
    primes += Number(prime);
  console.log(`${primes} primes`); // 9592 primes

  // An error keeps its class and message; its cause shows where it was thrown.
  try {
    await pool.submit((/** @type {string} */ text) => JSON.parse(text), '{oops');
  } catch (error) {
    console.log(error);
  }
} finally {
  await pool.shutdownAsync();
}
