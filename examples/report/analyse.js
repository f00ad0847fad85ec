import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { breathe } from './breathe.js';
import { PIECE, reasonOf } from './files.js';
import { WordCounter } from './words.js';

/** @import { Lock } from 'heddle/threading' */

/**
 * What a task answers. Texts and numbers that travel fast: one string instead of thousands.
 *
 * @typedef {object} Part
 * @property {string} digests the files' SHA-256 in hexadecimal, '-' for a skipped one, in one line
 * @property {string} words in one line; a word may come twice
 * @property {number[]} counts how often each word is there
 * @property {import('./files.js').Skipped[]} skipped
 */

/** A file with a NUL among its first bytes is not text. */
const LOOK_AT = 8192;

/**
 * One task: analyses some files, and adds their bytes to the histogram that all tasks share.
 *
 * @param {string[]} paths
 * @param {Float64Array} histogram how often each of the 256 bytes is there
 * @param {Lock} lock guards the histogram
 * @returns {Promise<Part>}
 */
export async function analyse(paths, histogram, lock) {
  const buffer = Buffer.allocUnsafe(PIECE);
  const counters = [new WordCounter()];
  const digests = [];
  const skipped = [];
  for (const path of paths) {
    try {
      const { digest, bytes } = await analyseFile(path, buffer, counters);
      digests.push(digest);
      // Waits for others that are adding theirs: threads, or processes.
      lock.with(() => addTo(histogram, bytes));
    } catch (error) {
      digests.push('-');
      skipped.push({ path, reason: reasonOf(error) });
    }
  }
  const words = [];
  const counts = [];
  for (const counter of counters) {
    for (const [word, count] of counter) {
      words.push(word);
      counts.push(count);
    }
  }
  return { digests: digests.join(' '), words: words.join(' '), counts, skipped };
}

/**
 * Analyses one file, piece by piece. Nothing of it counts if it cannot be read to its end.
 *
 * @param {string} path
 * @param {Buffer} buffer
 * @param {WordCounter[]} counters the first for all short files; a long file adds its own
 * @returns {Promise<{ digest: string, bytes: Float64Array }>} and how often each byte is there
 */
async function analyseFile(path, buffer, counters) {
  const digest = createHash('sha256');
  const bytes = new Float64Array(256);
  /** @type {WordCounter | undefined} */
  let words;
  /** Bytes of an unfinished word, at the buffer's begin. */
  let kept = 0;
  const fd = openSync(path, 'r');
  try {
    for (let isFirst = true, isLast = false; !isLast; isFirst = false) {
      const end = fill(fd, buffer, kept);
      isLast = end < buffer.length;
      const fresh = buffer.subarray(kept, end);
      if (isFirst && !fresh.subarray(0, LOOK_AT).includes(0)) {
        words = isLast ? counters[0] : new WordCounter();
      }
      digest.update(fresh);
      countBytes(fresh, bytes);
      if (words) {
        const text = buffer.subarray(0, end);
        // What fills the buffer is cut, though it be one word.
        const used = words.count(text, isLast) || words.count(text, true);
        buffer.copyWithin(0, used, end);
        kept = end - used;
      }
      await breathe();
    }
  } finally {
    closeSync(fd);
  }
  if (words && words !== counters[0]) counters.push(words);
  return { digest: digest.digest('hex'), bytes };
}

/**
 * Reads until the buffer is full or the file is at its end.
 *
 * @param {number} fd
 * @param {Buffer} buffer
 * @param {number} end how full it is
 * @returns {number} how full it is now
 */
function fill(fd, buffer, end) {
  while (end < buffer.length) {
    const read = readSync(fd, buffer, end, buffer.length - end, null);
    if (read === 0) break;
    end += read;
  }
  return end;
}

/**
 * @param {Uint8Array} data
 * @param {Float64Array} sums
 */
function countBytes(data, sums) {
  // Two tables: equal bytes in a row do not wait for each other.
  const even = new Uint32Array(256);
  const odd = new Uint32Array(256);
  let i = 0;
  for (; i + 1 < data.length; i += 2) {
    increment(even, data[i] ?? 0);
    increment(odd, data[i + 1] ?? 0);
  }
  if (i < data.length) increment(even, data[i] ?? 0);
  addTo(sums, even);
  addTo(sums, odd);
}

/**
 * @param {Uint32Array} counts
 * @param {number} byte
 */
function increment(counts, byte) {
  counts[byte] = (counts[byte] ?? 0) + 1;
}

/**
 * @param {Float64Array} sums
 * @param {Float64Array | Uint32Array} counts
 */
function addTo(sums, counts) {
  for (let i = 0; i < 256; i++) sums[i] = (sums[i] ?? 0) + (counts[i] ?? 0);
}
