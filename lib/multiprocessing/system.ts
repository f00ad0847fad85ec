import { cpus } from 'node:os';

/**
 * How many processors the system has; not how many this process may use.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.cpu_count
 */
export function cpuCount(): number {
  return cpus().length;
}
