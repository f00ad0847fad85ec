import { loadModules } from './functions/index.js';

/**
 * A value has come, but functions in it belong to modules that can only be imported
 * asynchronously (they, or what they import, have a top-level `await`).
 */
export class ValueDelayed extends Error {
  override name = 'ValueDelayed';
  readonly code: string = 'ERR_VALUE_DELAYED';
  readonly #unpack: () => unknown;

  constructor(
    readonly urls: readonly string[],
    unpack: () => unknown,
  ) {
    super(`a value needs modules that have a top-level await: ${urls.join(', ')}`);
    this.#unpack = unpack;
  }

  /** Imports the modules, and then gives the value. To be called once. */
  async value(): Promise<unknown> {
    await loadModules(this.urls);
    return this.#unpack();
  }
}
