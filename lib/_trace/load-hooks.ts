// The hook of modules for Node 20, which runs it in a thread of its own.
import { instrumentLoaded, type Loaded } from './loaded.js';

/** @see https://nodejs.org/docs/latest-v20.x/api/module.html#loadurl-context-nextload */
export async function load(
  url: string,
  context: object,
  nextLoad: (url: string, context: object) => Promise<Loaded>,
): Promise<Loaded> {
  return instrumentLoaded(url, await nextLoad(url, context));
}
