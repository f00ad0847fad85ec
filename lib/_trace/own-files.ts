import { fileURLToPath } from 'node:url';
import { packageFolder } from '../_native/index.js';
import { instrument, type Kind } from './instrument.js';

/**
 * What is traced of what a thread loads: files, but none of heddle's own.
 *
 * @returns the source as it is for all others
 */
export function instrumentFile(source: string, url: string, kind: Kind): string {
  if (!url.startsWith('file:')) return source;
  const file = fileURLToPath(url);
  return isOwn(file) ? source : instrument(source, file, kind);
}

const own = [`${packageFolder}dist`, `${packageFolder}node_modules`, `${packageFolder}build`];

function isOwn(file: string): boolean {
  return own.some((folder) => file.startsWith(folder) && /^[\\/]/.test(file.slice(folder.length)));
}
