/** A byte of a character beyond ASCII, which may be a letter or not. */
const BEYOND = 0x80;
/** What a byte is within a word: a lower-case ASCII letter, BEYOND, or 0 for no part of one. */
const LETTERS = new Uint8Array(256).fill(BEYOND, BEYOND);
for (let letter = 0x61; letter <= 0x7a; letter++) {
  LETTERS[letter] = letter;
  LETTERS[letter - 0x20] = letter;
}

/** @typedef {{ word: string, hash: number, count: number }} Entry */

/**
 * Counts words: runs of letters, in lower case.
 *
 * Nearly all words are ASCII. They are looked up as bytes in a hash table, and no string is made
 * for each, which is several times faster than a regular expression and a Map.
 */
export class WordCounter {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {(Entry | undefined)[]} The hash table: twice as many as entries, a power of two. */
  #slots = new Array(1 << 14).fill(undefined);
  /** @type {Map<string, number>} Words with letters beyond ASCII, and words next to such. */
  #others = new Map();

  /**
   * Counts the words of a piece of UTF-8 text.
   *
   * @param {Buffer} text
   * @param {boolean} isLast whether no other piece follows
   * @returns {number} how many bytes were used: a word at the end may go on in the next piece
   */
  count(text, isLast) {
    const { length } = text;
    for (let i = 0; i < length; i++) {
      let letter = LETTERS[text[i] ?? 0] ?? 0;
      if (letter === 0) continue;
      const start = i;
      let hash = 0;
      let seen = 0;
      do {
        seen |= letter;
        hash = Math.imul((hash << 5) ^ (hash >>> 27) ^ letter, 0x9e3779b1);
        i++;
        letter = i < length ? (LETTERS[text[i] ?? 0] ?? 0) : 0;
      } while (letter !== 0);
      if (i === length && !isLast) return start;
      if (seen & BEYOND) this.#countOthers(text.toString('utf8', start, i));
      else this.#entry(text, start, i, hash).count++;
    }
    return length;
  }

  /** @returns {Generator<[word: string, count: number], void>} a word may come twice */
  *[Symbol.iterator]() {
    for (const { word, count } of this.#entries) yield [word, count];
    yield* this.#others;
  }

  /**
   * The entry of an ASCII word.
   *
   * @param {Buffer} text
   * @param {number} start
   * @param {number} end
   * @param {number} hash
   */
  #entry(text, start, end, hash) {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 16)) & mask;
    for (;;) {
      const entry = this.#slots[slot];
      if (entry === undefined) break;
      if (entry.hash === hash && isWord(entry.word, text, start, end)) return entry;
      slot = (slot + 1) & mask;
    }
    const entry = { word: text.toString('latin1', start, end).toLowerCase(), hash, count: 0 };
    this.#slots[slot] = entry;
    if (this.#entries.push(entry) * 2 > mask) this.#grow();
    return entry;
  }

  #grow() {
    const mask = this.#slots.length * 2 - 1;
    this.#slots = new Array(mask + 1).fill(undefined);
    for (const entry of this.#entries) {
      let slot = (entry.hash ^ (entry.hash >>> 16)) & mask;
      while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }

  /** @param {string} text letters of any kind, and other characters beyond ASCII */
  #countOthers(text) {
    for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
      this.#others.set(word, (this.#others.get(word) ?? 0) + 1);
    }
  }
}

/**
 * @param {string} word
 * @param {Buffer} text
 * @param {number} start
 * @param {number} end
 */
function isWord(word, text, start, end) {
  if (word.length !== end - start) return false;
  for (let i = start; i < end; i++) {
    if (LETTERS[text[i] ?? 0] !== word.charCodeAt(i - start)) return false;
  }
  return true;
}
