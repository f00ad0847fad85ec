/**
 * Does nothing: connections can always be sent to other processes. So it is in CPython where
 * `multiprocessing.connection` is loaded.
 */
export function allowConnectionPickling(): void {}
