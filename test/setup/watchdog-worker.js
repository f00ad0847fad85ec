// The watching side: see watchdog.ts.
import { existsSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { killGroup } from './kill-group.js';
import { views } from './watchdog-state.js';

const POLL_MS = 200;
const STDERR = 2;

const { deadline, children, nameLength, name } = views(workerData);

setInterval(() => {
  const end = Atomics.load(deadline, 0);
  if (end === 0n || Date.now() < end) return;
  // Not process.stderr: in a Worker that goes through the thread that hangs.
  writeSync(STDERR, `\nheddle test watchdog: ${readName()} hung\n`);
  for (const pid of children) {
    if (pid !== 0) killGroup(pid);
  }
  for (const pid of startedHere()) killGroup(pid);
  process.kill(process.pid, 'SIGKILL');
}, POLL_MS);

/** Processes that heddle has started in the test's own process: those that the kernel says are our children. */
function startedHere() {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === process.pid);
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // Gone in the meantime.
    return -1;
  }
}

function readName() {
  // A copy: TextDecoder does not read shared memory.
  return new TextDecoder().decode(name.slice(0, nameLength[0]));
}
