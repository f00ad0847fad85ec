import cliProgress from 'cli-progress';

/** Milliseconds between two looks at the work. */
const LOOK = 100;
/** Milliseconds between two lines where there is no terminal. */
const LINE = 2000;

/**
 * Shows how far a work is while it is done: a bar in a terminal, else now and then a line. Both go
 * to standard error.
 *
 * @template T
 * @param {string} label
 * @param {number} total bytes
 * @param {() => number} done bytes
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what it answers
 */
export async function withProgress(label, total, done, work) {
  const meter = process.stderr.isTTY ? bar(label, total) : lines(label, total);
  const timer = setInterval(() => meter.show(done()), LOOK);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    meter.end(done());
  }
}

/**
 * @param {string} label
 * @param {number} total
 */
function bar(label, total) {
  const single = new cliProgress.SingleBar({
    format: `${label.padEnd(32)} {bar} {percentage} %`,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    linewrap: true,
    emptyOnZero: false,
  });
  single.start(total, 0);
  return {
    /** @param {number} done */
    show: (done) => single.update(done),
    /** @param {number} done */
    end(done) {
      single.update(done);
      single.stop();
    },
  };
}

/**
 * @param {string} label
 * @param {number} total
 */
function lines(label, total) {
  let last = performance.now();
  return {
    /** @param {number} done */
    show(done) {
      if (performance.now() - last < LINE) return;
      last = performance.now();
      process.stderr.write(`${label}: ${Math.floor((done / total) * 100)} %\n`);
    },
    end() {
      process.stderr.write(`${label}: done\n`);
    },
  };
}
