/**
 * Does nothing. In CPython it is for frozen programs on Windows, whose children are the program
 * again; heddle's children never run the program.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.freeze_support
 */
export function freezeSupport(): void {}
