/**
 * Whether threads may be daemons, which they always may.
 *
 * @see https://docs.python.org/3.13/library/threading.html#threading.Thread.daemon
 */
export function daemonThreadsAllowed(): true {
  return true;
}
