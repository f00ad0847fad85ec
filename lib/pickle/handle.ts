import type { Sendable } from '../_native/index.js';
import { registerTraveller } from './registry.js';

/** Lets a bare native object lie in a value that travels. */
export class Handle<T extends Sendable> {
  constructor(readonly native: T) {}
}

registerTraveller(Handle, {
  name: 'Handle',
  give: ({ native }) => ({ native }),
  take: (native) => new Handle(native),
});
