import type { Sendable } from '../_native/index.js';
import { packGraph } from './pack-graph.js';
import { unpackGraph } from './unpack-graph.js';

/**
 * Packs a value that any number of threads of this process unpack.
 *
 * @param natives gets the native objects that go beside the text
 * @throws PicklingError naming the path to what cannot travel
 */
export function packText(value: unknown, natives: Sendable[]): string {
  return Buffer.from(packGraph(value, natives, false).bytes).toString('base64');
}

/** @throws ModulesNeeded; whatever modules and reducers throw */
export function unpackText(text: string, natives: readonly Sendable[]): unknown {
  return unpackGraph(Buffer.from(text, 'base64'), natives);
}
