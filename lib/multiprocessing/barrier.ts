import { addon, type NativeBarrier } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';
import { internals, Barrier as ThreadBarrier } from '../threading/index.js';

/**
 * A place where so many processes or threads wait for each other: `threading.Barrier` over memory that
 * the program's processes share.
 *
 * Differs from CPython: it breaks if one of those who wait is killed.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Barrier
 */
export class Barrier extends ThreadBarrier {
  protected override create(parties: number): NativeBarrier {
    return addon.createBarrier(true, internals.checkParties(parties));
  }

  static {
    registerTraveller(Barrier, {
      name: 'Barrier',
      module: 'multiprocessing',
      give: (barrier) => ({ native: barrier[adopt] }),
      parts: (barrier) => barrier.own,
      take: (native, _, own) => new Barrier(internals.barrierFrom(native as NativeBarrier, own)),
    });
  }
}
