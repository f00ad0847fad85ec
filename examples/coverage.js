// Which lines of a function has a thread run, and how often? A trace function counts them.
import { readFileSync } from 'node:fs';
import { SimpleQueue } from 'heddle/queue';
import { settrace, Thread } from 'heddle/threading';

/** @param {number[]} numbers */
function classify(numbers) {
  const found = { small: 0, large: 0, negative: 0 };
  for (const number of numbers) {
    if (number < 0) {
      found.negative += 1;
    } else if (number > 99) {
      found.large += 1;
    } else {
      found.small += 1;
    }
  }
  return found;
}

/** @type {SimpleQueue<number>} */
const lines = new SimpleQueue();

settrace(function trace(frame, event) {
  if (event === 'line') lines.put(frame.lineno);
  return trace;
});
const thread = new Thread({ target: classify, args: [[1, 2, 300]] });
thread.start();
thread.join();
settrace(null);

/** @type {Map<number, number>} */
const counts = new Map();
while (!lines.empty()) {
  const line = lines.get();
  counts.set(line, (counts.get(line) ?? 0) + 1);
}
const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
for (let line = Math.min(...counts.keys()); line <= Math.max(...counts.keys()); line++) {
  console.log(String(counts.get(line) ?? '').padStart(2), source[line - 1]);
}
