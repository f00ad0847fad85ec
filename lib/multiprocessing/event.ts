import { addon, type NativeEvent } from '../_native/index.js';
import { adopt } from '../_thread/index.js';
import { registerTraveller } from '../pickle/index.js';
import { Event as ThreadEvent } from '../threading/index.js';

/**
 * A flag that processes and threads wait for, shared by every one that it is passed to:
 * `threading.Event` over memory that the program's processes share.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#multiprocessing.Event
 */
export class Event extends ThreadEvent {
  constructor(from?: { readonly [adopt]: NativeEvent }) {
    super(from ?? { [adopt]: addon.createEvent(true) });
  }

  static {
    registerTraveller(Event, {
      name: 'Event',
      module: 'multiprocessing',
      give: (event) => ({ native: event[adopt] }),
      take: (native) => new Event({ [adopt]: native as NativeEvent }),
    });
  }
}
