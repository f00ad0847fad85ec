// A lock between processes that share this checkout: a file that holds its owner's process id.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const POLL_MS = 100;

/** Runs `action` while no other process runs one under the same path; takes over from a dead owner. */
export function withLock(path, action) {
  const mine = `${path}.${process.pid}`;
  // Linking a finished file creates the lock with its content in one step: nobody ever reads it half written.
  writeFileSync(mine, String(process.pid));
  try {
    while (!tryLink(mine, path)) {
      const owner = readOwner(path);
      if (owner !== undefined && !isAlive(owner)) breakLock(path, owner, mine);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return action();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The owner's process id, or undefined if the lock has just been released. */
function readOwner(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes a dead owner's lock. If another process was faster and locked again, puts its lock back. */
function breakLock(path, owner, mine) {
  const grabbed = `${mine}.stale`;
  try {
    renameSync(path, grabbed);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readOwner(grabbed) !== owner) tryLink(grabbed, path);
  rmSync(grabbed);
}
