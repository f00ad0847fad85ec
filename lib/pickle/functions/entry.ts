import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Whether a file is the one that this thread was started with. To import it elsewhere would run the
 * program again, so its exports travel by value.
 */
export function isEntry(file: string): boolean {
  return entries.has(file);
}

/** The file of a module's URL; undefined for what is no file. */
export function fileOf(url: string): string | undefined {
  // V8 says some names of files as they were given to it.
  if (!/^file:/.test(url)) return /^([A-Za-z]:)?[\\/]/.test(url) ? url : undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

// Read at once, before the program can change it.
const entries = new Set(entryFiles());

function entryFiles(): string[] {
  const started = process.argv[1];
  const files = require.main?.filename ? [require.main.filename] : [];
  if (started === undefined) return files;
  const file = fileOf(started) ?? started;
  files.push(file);
  try {
    // `node program` starts program.js.
    files.push(realpathSync(require.resolve(file)));
  } catch {
    // No file (`node -e`), or one that must not be read.
  }
  return files;
}
