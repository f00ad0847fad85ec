import { registerError } from '../pickle/index.js';

/** There was nothing to get. Its message is empty, as in Python. */
export class Empty extends Error {
  override name = 'Empty';
  readonly code: string = 'ERR_QUEUE_EMPTY';
}

/** There was no room to put something. Its message is empty, as in Python. */
export class Full extends Error {
  override name = 'Full';
  readonly code: string = 'ERR_QUEUE_FULL';
}

/** The queue was shut down. Its message is empty, as in Python. */
export class ShutDown extends Error {
  override name = 'ShutDown';
  readonly code: string = 'ERR_QUEUE_SHUT_DOWN';
}

registerError(Empty, '_queue.Empty', 'queue.Empty');
registerError(Full, 'queue.Full');
registerError(ShutDown, 'queue.ShutDown');
