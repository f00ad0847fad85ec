// Where the package's files lie. Only this module may ask where it lies itself: its code is in a chunk
// of dist/, which is as far below the package's folder as this file.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

/** The package's folder. */
export const packageFolder = fileURLToPath(root);

/**
 * The URL of a built file that is opened by its name. The path, in dist/, has to be written as a literal:
 * the build finds it there and makes the file.
 */
export function builtFile(path: string): URL {
  return new URL(`dist/${path}`, root);
}

/** `require` of the package's own. */
export const require = createRequire(import.meta.url);
