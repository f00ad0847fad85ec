// In a server nothing may block the event loop: await futures, and use the methods named …Async.
import { createServer } from 'node:http';
import { ThreadPoolExecutor } from 'heddle/concurrent/futures';
import { Lock } from 'heddle/threading';

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
const lock = new Lock();

const server = createServer(async (_, response) => {
  // The work is done in a thread; meanwhile the server answers others.
  const sum = await pool.submit((n) => {
    let sum = 0;
    for (let i = 1; i <= n; i++) sum += i;
    return sum;
  }, 10_000_000);
  response.end(`the sum is ${sum}`);
});
server.listen(0, '127.0.0.1', async () => {
  try {
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    const response = await fetch(`http://127.0.0.1:${address.port}`);
    console.log(await response.text()); // the sum is 50000005000000

    // Waiting for a lock, until it is there or a signal ends the waiting.
    await lock.acquireAsync();
    const signal = AbortSignal.timeout(100);
    await lock.acquireAsync({ signal }).catch((error) => console.log(error.name)); // TimeoutError
    lock.release();
  } finally {
    server.close();
    server.closeAllConnections();
    await pool.shutdownAsync();
  }
});
