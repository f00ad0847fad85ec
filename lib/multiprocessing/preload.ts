import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { wrongType } from '../_internal/index.js';
import { changeSettings, getSettings } from './settings.js';

/** What the fork server imports before it forks: URLs, and names of packages. */
export function getForkserverPreload(): readonly string[] {
  return getSettings().preload ?? [];
}

/**
 * Names modules that the fork server imports when it starts, so that no child needs to do so. A
 * hint: where a module cannot be imported, or a child is started otherwise, it is imported by who
 * needs it. To be called before the first process is started.
 *
 * @param moduleNames as for `import()`: URLs, names of packages, absolute paths; and paths relative
 *   to the working directory (`'./tasks.js'`)
 * @throws TypeError for what is no list of strings
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.set_forkserver_preload
 */
export function setForkserverPreload(moduleNames: Iterable<string>): void {
  const isList = typeof moduleNames !== 'string' && typeof moduleNames?.[Symbol.iterator];
  const names = isList === 'function' ? [...moduleNames] : undefined;
  if (!names?.every((name) => typeof name === 'string')) {
    throw wrongType('moduleNames', 'a list of strings', moduleNames);
  }
  changeSettings({ preload: names.map(toSpecifier) });
}

/** The server's working directory need not be this process's, as it is now. */
function toSpecifier(name: string): string {
  return /^(\.{1,2})?\//.test(name) ? pathToFileURL(resolve(name)).href : name;
}
