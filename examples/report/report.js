import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

/** @import { Part } from './analyse.js' */
/** @import { Skipped } from './files.js' */

/**
 * @typedef {object} Report
 * @property {string} root SHA-256 of all files' digests and paths, written as sha256sum does
 * @property {number} files
 * @property {number} bytes
 * @property {[word: string, count: number][]} words the most frequent
 * @property {number[]} histogram how often each of the 256 bytes is there
 * @property {Skipped[]} skipped
 */

const WORDS = 20;
const BYTES = 8;

/** Puts the tasks' answers together. */
export class ReportBuilder {
  /** @type {Map<string, string>} */
  #digests = new Map();
  /** @type {Map<string, number>} */
  #words = new Map();
  /** @type {Skipped[]} */
  #skipped = [];

  /**
   * @param {string[]} paths of the task
   * @param {Part} part its answer
   */
  add(paths, { digests, words, counts, skipped }) {
    for (const [i, digest] of digests.split(' ').entries()) {
      if (digest !== '-') this.#digests.set(paths[i] ?? '', digest);
    }
    // Without words there is one, the empty one, and no count.
    for (const [i, word] of words.split(' ').entries()) {
      this.#words.set(word, (this.#words.get(word) ?? 0) + (counts[i] ?? 0));
    }
    this.#skipped.push(...skipped);
  }

  /**
   * @param {Float64Array} histogram
   * @returns {Report}
   */
  finish(histogram) {
    const root = createHash('sha256');
    for (const path of [...this.#digests.keys()].sort()) {
      root.update(`${this.#digests.get(path)}  ${path}\n`);
    }
    this.#words.delete('');
    return {
      root: root.digest('hex'),
      files: this.#digests.size,
      bytes: histogram.reduce((sum, count) => sum + count, 0),
      words: mostFrequent(this.#words, WORDS),
      histogram: [...histogram],
      skipped: this.#skipped.sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  }
}

/**
 * The largest counts; of equal ones the smallest key first.
 *
 * @template {string | number} K
 * @param {Iterable<[key: K, count: number]>} counts
 * @param {number} n
 * @returns {[key: K, count: number][]}
 */
function mostFrequent(counts, n) {
  /** @type {[key: K, count: number][]} */
  const best = [];
  for (const entry of counts) {
    // Most words are rare: no need to sort them all.
    if (best.length === n && entry[1] < (best[n - 1]?.[1] ?? 0)) continue;
    best.push(entry);
    best.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    best.splice(n);
  }
  return best;
}

/**
 * The names of what two reports differ in.
 *
 * @param {Report} a
 * @param {Report} b
 * @returns {string[]}
 */
export function differences(a, b) {
  const keys = /** @type {(keyof Report)[]} */ (Object.keys(a));
  return keys.filter((key) => !isDeepStrictEqual(a[key], b[key]));
}

/**
 * @param {Report} report
 * @returns {string} lines of text
 */
export function describe({ root, files, bytes, words, histogram }) {
  const counts = mostFrequent(histogram.entries(), BYTES).filter(([, count]) => count > 0);
  return [
    `digest   ${root}`,
    `files    ${files}`,
    `bytes    ${bytes}`,
    `words    ${words.map(([word, count]) => `${word} ${count}`).join(', ')}`,
    `octets   ${counts.map(([byte, count]) => `${nameOf(byte)} ${count}`).join(', ')}`,
    '',
  ].join('\n');
}

/** @param {number} byte */
function nameOf(byte) {
  const isPrintable = byte > 0x20 && byte < 0x7f;
  return isPrintable ? `'${String.fromCharCode(byte)}'` : `0x${byte.toString(16).padStart(2, '0')}`;
}
