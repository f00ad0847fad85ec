import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';
import { type Adopted, adopted, channelFor, Order } from './items.js';
import { Queue } from './queue.js';

/**
 * A queue of which the newest item is got first.
 *
 * @see https://docs.python.org/3.13/library/queue.html#queue.LifoQueue
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  /**
   * @param maxsize the most items at a time; 0 or less: any number
   * @throws TypeError if it is no integer
   */
  constructor(maxsize: number | Adopted = 0) {
    super(channelFor(maxsize, Order.newestFirst));
  }

  static {
    registerTraveller(LifoQueue, {
      name: 'LifoQueue',
      module: 'queue',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new LifoQueue(adopted(native)),
    });
  }
}
