import type { ProcessPoolExecutor } from 'heddle/concurrent/futures';
import { Event, Semaphore } from 'heddle/multiprocessing';

/** The error of a pool of which a process has ended, without how. */
export const ABRUPTLY =
  'A child process terminated abruptly, the process pool is not usable anymore';

/** The pids of a pool's processes, which must all be idle. */
export async function pidsOf(pool: ProcessPoolExecutor, count: number): Promise<number[]> {
  const pids = new Set<number>();
  while (pids.size < count) {
    const [begun, end] = [new Semaphore(0), new Event()];
    const futures = Array.from({ length: count }, () =>
      pool.submit(
        (up: Semaphore, over: Event) => {
          up.release();
          over.wait();
          return process.pid;
        },
        begun,
        end,
      ),
    );
    for (let i = 0; i < count; i++) begun.acquire();
    end.set();
    for (const one of await Promise.all(futures)) pids.add(one);
  }
  return [...pids];
}
