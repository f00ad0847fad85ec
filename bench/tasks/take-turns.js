/**
 * Waits for its turn, and gives it to the other, as often as `words[1]` says; again until that is 0.
 *
 * @param {import('heddle/threading').Condition} condition
 * @param {Int32Array} words whose turn it is (0 or 1), and how many rounds; -1: not said yet
 */
export function answerByCondition(condition, words) {
  for (;;) {
    condition.acquire();
    while (words[1] === -1) condition.wait();
    const rounds = Number(words[1]);
    words[1] = -1;
    if (rounds > 0) takeTurns(condition, words, 1, rounds);
    condition.release();
    if (rounds === 0) return;
  }
}

/**
 * With the condition's lock held.
 *
 * @param {import('heddle/threading').Condition} condition
 * @param {Int32Array} words
 * @param {0 | 1} mine
 * @param {number} rounds
 */
export function takeTurns(condition, words, mine, rounds) {
  for (let i = 0; i < rounds; i++) {
    while (words[0] !== mine) condition.wait();
    words[0] = 1 - mine;
    condition.notify();
  }
}

/**
 * Answers each `ping` by a `pong` until `stop` is set.
 *
 * @param {import('heddle/threading').Event} ping
 * @param {import('heddle/threading').Event} pong
 * @param {import('heddle/threading').Event} stop
 */
export function answerByEvent(ping, pong, stop) {
  for (;;) {
    ping.wait();
    ping.clear();
    if (stop.isSet()) return;
    pong.set();
  }
}
