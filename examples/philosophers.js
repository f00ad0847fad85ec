// Five philosophers at a round table share five forks, and each needs two. All of them take the left
// one first: a deadlock, which heddle finds. Whoever is told puts the fork back, and tries again.
import { DeadlockError } from 'heddle/errors';
import { Barrier, currentThread, RLock, Thread } from 'heddle/threading';

const NAMES = ['Ada', 'Barbara', 'Edsger', 'Grace', 'Tony'];

class Philosopher extends Thread {
  /**
   * @param {string} name
   * @param {RLock} left
   * @param {RLock} right
   * @param {Barrier} table
   */
  constructor(name, left, right, table) {
    super({ name });
    this.left = left;
    this.right = right;
    this.table = table;
  }

  /** @override */
  run() {
    this.left.acquire();
    this.table.wait(); // Everybody has one fork now.
    try {
      this.right.acquire();
    } catch (error) {
      if (!(error instanceof DeadlockError)) throw error;
      console.log(`a circle of ${error.circle.length} was found`);
      // Another one gets it, eats, and puts both back.
      this.left.release();
      this.right.acquire();
      this.left.acquire();
    }
    this.eat();
    this.right.release();
    this.left.release();
  }

  eat() {
    if (currentThread() !== this) throw new Error('who is eating?');
  }
}

const forks = NAMES.map(() => new RLock());
const fork = (/** @type {number} */ i) => /** @type {RLock} */ (forks[i % NAMES.length]);
const table = new Barrier(NAMES.length);
const philosophers = NAMES.map((name, i) => new Philosopher(name, fork(i), fork(i + 1), table));
for (const philosopher of philosophers) philosopher.start();
for (const philosopher of philosophers) philosopher.join();
console.log(`${philosophers.length} have eaten`);
// prints: a circle of 5 was found
//         5 have eaten
