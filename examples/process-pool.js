// Calls in a pool of processes. What a task does to its process cannot harm the program.
import { ProcessPoolExecutor } from 'heddle/concurrent/futures';

class Vector {
  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
  }
  length() {
    return Math.hypot(this.x, this.y);
  }
}

const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
try {
  // A closure takes with it what it captures; instances keep their class, here and on the way back.
  const scale = 2;
  const double = (/** @type {Vector} */ v) => new Vector(v.x * scale, v.y * scale);
  const vector = await pool.submit(double, new Vector(3, 4));
  console.log(vector instanceof Vector, vector.length()); // true 10

  // Small calls are best made many at a time.
  let sum = 0;
  const numbers = Array.from({ length: 100_000 }, (_, n) => n);
  for await (const product of pool.map((n) => n * scale, numbers, { chunksize: 5000 }))
    sum += product;
  console.log(`the sum is ${sum}`); // the sum is 9999900000

  // If a process dies, whatever has no result yet fails at once.
  try {
    await pool.submit(() => process.kill(process.pid, 'SIGKILL'));
  } catch (error) {
    console.log(String(error)); // BrokenProcessPool: A child process terminated abruptly, …
  }
} finally {
  await pool.shutdownAsync();
}
