import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** Whether a file is a module of ES by its ending or its package. */
export function isEsFile(file: string): boolean {
  const extension = extname(file);
  if (extension !== '.js') return extension === '.mjs';
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const type = typeOf(folder);
    if (type !== undefined) return type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

const types = new Map<string, unknown>();

/** What the package of a folder says; undefined if the folder is none. */
function typeOf(folder: string): unknown {
  if (!types.has(folder)) {
    let type: unknown;
    try {
      const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      type = (description as { type?: unknown }).type ?? 'commonjs';
    } catch {
      type = undefined;
    }
    types.set(folder, type);
  }
  return types.get(folder);
}
