import MagicString from 'magic-string';
import { INSERTED } from '../pickle/index.js';

const [BEFORE, AFTER] = INSERTED;

/** A text that pieces are inserted into; its line breaks stay where they are. */
export class Insertions {
  readonly #text: MagicString;

  constructor(source: string) {
    this.#text = new MagicString(source);
  }

  /** Inserts what begins at an offset. Of several there, the outermost has to come first. */
  begin(offset: number, piece: string): void {
    this.#text.appendRight(offset, BEFORE + piece + AFTER);
  }

  /** Inserts what ends at an offset, before all that begins there; the innermost comes first. */
  end(offset: number, piece: string): void {
    this.#text.appendLeft(offset, BEFORE + piece + AFTER);
  }

  toString(): string {
    return this.#text.toString();
  }
}
