// The process at the other end of a channel of child_process.
import { counting } from './counting.js';

process.on(
  'message',
  counting(
    (message) => process.send?.(message),
    () => process.disconnect(),
  ),
);
