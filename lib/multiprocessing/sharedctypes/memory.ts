import { addon, type NativeBlock } from '../../_native/index.js';
import { registerMemory, registerTraveller } from '../../pickle/index.js';

/** A block of the memory that the program's processes share. It is freed when nobody has it any more. */
class Block {
  readonly buffer: ArrayBuffer;

  constructor(readonly native: NativeBlock) {
    this.buffer = native.map();
    registerMemory(this.buffer, this);
  }

  static {
    registerTraveller(Block, {
      name: 'Block',
      module: 'multiprocessing/sharedctypes',
      give: ({ native }) => ({ native }),
      take: (native) => new Block(native as NativeBlock),
      buffer: ({ buffer }) => buffer,
    });
  }
}

/**
 * Zeroed memory that every view of it takes to whomever it is passed to.
 *
 * @throws OSError (ENOMEM)
 */
export function allocate(bytes: number): ArrayBuffer {
  return new Block(addon.createBlock(bytes)).buffer;
}
