import { adopt } from '../_thread/index.js';
import { putValue, registerTraveller } from '../pickle/index.js';
import { type Adopted, adopted, channelFor, Order } from './items.js';
import { KeyedChannel } from './keyed-channel.js';
import { send } from './limited-queue.js';
import { Queue } from './queue.js';

/**
 * A queue of which the least item is got first, and of equal ones the oldest. Items are compared as
 * Python does: numbers, bigints and booleans by value, strings by code points, arrays element by
 * element. Typically they are arrays, `[priority, data]`. The order is fixed when an item is put.
 *
 * Differs from CPython: equal items come in the order in which they were put, which Python does not
 * promise. Elements of arrays that have no order (objects) count as equal, and what comes after them
 * is not compared: such items come in the order in which they were put, where Python throws. NaN is
 * above all numbers. Two arrays (or strings) that begin with the same 64 KiB count as equal.
 *
 * @see https://docs.python.org/3.13/library/queue.html#queue.PriorityQueue
 */
export class PriorityQueue<T = unknown> extends Queue<T> {
  /**
   * @param maxsize the most items at a time; 0 or less: any number
   * @throws TypeError if it is no integer
   */
  constructor(maxsize: number | Adopted = 0) {
    super(channelFor(maxsize, Order.leastFirst));
  }

  /**
   * @internal
   * @throws TypeError if the item has no order with one that is there; it is not put then
   */
  override [send](item: unknown, seconds: number): number {
    return putValue(new KeyedChannel(this[adopt], item), item, 0, 0, 0, seconds);
  }

  static {
    registerTraveller(PriorityQueue, {
      name: 'PriorityQueue',
      module: 'queue',
      give: (queue) => ({ native: queue[adopt] }),
      take: (native) => new PriorityQueue(adopted(native)),
    });
  }
}
