import { Passage } from '../../_native/index.js';
import { EOFError, KeyboardInterrupt, OSError } from '../../errors.js';

/**
 * Whether a native call on a connection did what it should.
 *
 * @param result its number: 0 or more, or minus a `Passage`
 * @returns false where it would have to wait, or its time was over
 * @throws EOFError, OSError, KeyboardInterrupt
 */
export function passed(result: number): boolean {
  switch (-result) {
    case Passage.wait:
    case Passage.timedOut:
    case Passage.stopping: // No JavaScript will see it.
      return false;
    case Passage.interrupted:
      throw new KeyboardInterrupt('interrupted by SIGINT');
    case Passage.end:
      throw new EOFError('the other end of the connection is closed');
    case Passage.cut:
      throw new OSError('got end of file during message');
    case Passage.badLength:
      throw new OSError('bad message length');
    case Passage.closed:
      throw handleIsClosed();
    default:
      return true;
  }
}

export function handleIsClosed(): OSError {
  return new OSError('handle is closed');
}
