import { randomFillSync, randomInt, randomUUID } from 'node:crypto';

const COUNT = 512;
/** How many bits of a number's 53 each of its two words gives. */
const HIGH_BITS = 27;
const LOW_BITS = 26;
/** What Node has drawn ahead, in all its versions so far, at most: it draws anew after so many. */
const IDS_AHEAD = 128;
const INTEGERS_AHEAD = 1024;

const words = new Uint32Array(2 * COUNT);
const numbers = new Float64Array(COUNT);
let left = 0;

/**
 * Replaces `Math.random`, whose state lies in V8 where nobody can change it: all forked processes
 * would draw the same numbers. To be called before any code that might keep the function.
 *
 * These are from the system's generator, some hundred at a time; one takes up to twice as long as
 * V8's own.
 */
export function provideRandomNumbers(): void {
  // A method has no `prototype` and is no constructor, as the original.
  const { random } = {
    random(): number {
      if (left === 0) draw();
      left -= 1;
      return numbers[left] as number;
    },
  };
  Object.defineProperty(Math, 'random', { value: random, writable: true, configurable: true });
}

function draw(): void {
  randomFillSync(words);
  for (let i = 0; i < COUNT; i += 1) {
    const high = (words[2 * i] as number) >>> (32 - HIGH_BITS);
    const low = (words[2 * i + 1] as number) >>> (32 - LOW_BITS);
    numbers[i] = (high * 2 ** LOW_BITS + low) / 2 ** (HIGH_BITS + LOW_BITS);
  }
  left = COUNT;
}

/**
 * In a forked process: forgets what was drawn ahead before the fork.
 *
 * @param usedCrypto whether code ran before the fork that may have asked `node:crypto` for IDs or
 *   integers, of which it has some ready
 */
export function forgetRandomNumbers(usedCrypto: boolean): void {
  left = 0;
  if (!usedCrypto) return;
  for (let i = 0; i < IDS_AHEAD; i += 1) randomUUID();
  for (let i = 0; i < INTEGERS_AHEAD; i += 1) randomInt(2);
}
