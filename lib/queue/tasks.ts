import { checkOptions } from '../_internal/index.js';
import { type NativeChannel, succeeded, waitAsync } from '../_native/index.js';
import { ValueError } from '../errors.js';

/** @throws ValueError if more are done than were put */
export function finishTask(channel: NativeChannel): void {
  if (!channel.finish()) throw new ValueError('task_done() called too many times');
}

/** Blocks until all that was put is done. Throws KeyboardInterrupt. */
export function awaitTasks(channel: NativeChannel): void {
  succeeded(channel.waitFinished(-1));
}

/** The same without blocking. Throws TypeError, the signal's reason. */
export async function awaitTasksAsync(
  channel: NativeChannel,
  options: { signal?: AbortSignal } | undefined,
): Promise<void> {
  const { signal } = checkOptions(options, ['signal']);
  await waitAsync((id) => channel.finishedAsync(id, true), { signal });
}
