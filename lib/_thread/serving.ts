import { addon, type NativeChannel, type NativeServer } from '../_native/index.js';

/** Takes what there is; false when the channel shall not be served any more. */
export type ServeHandler = () => boolean;

interface Service {
  handler: ServeHandler;
  finish: () => void;
}

let server: NativeServer | undefined;
/** Of a process, where `serveMailbox` begins only with the first channel that is served. */
let ownMailbox: NativeChannel | undefined;
let service: Service | undefined;

/** Makes this Worker serve its mailbox for the rest of its life. */
export function serveMailbox(mailbox: NativeChannel, handler: () => void): void {
  server = addon.serve(mailbox, () => {
    if (!service) return handler();
    if (service.handler()) return;
    const { finish } = service;
    service = undefined;
    server?.switchTo(null);
    update();
    finish();
  });
}

/** To be called once in a process of heddle's. */
export function provideMailbox(mailbox: NativeChannel): void {
  ownMailbox = mailbox;
}

/**
 * To be called in a run: serves `channel` until the handler returns false. The handler is called
 * whenever there is something to take, or the channel is closed.
 */
export function serveChannel(channel: NativeChannel, handler: ServeHandler): Promise<void> {
  return new Promise((resolve) => {
    if (!server && ownMailbox) serveMailbox(ownMailbox, () => {});
    service = { handler, finish: resolve };
    server?.switchTo(channel);
    update();
  });
}

/** Whether a promise is under way: of the run as a whole, and of the task that it serves. */
const pending = { run: false, task: false };

/** Says whether the run's promise, or the task's, is under way: nothing else begins before. */
export function setPending(what: 'run' | 'task', isPending: boolean): void {
  pending[what] = isPending;
  update();
}

/** A run that serves a channel is under way only for the mailbox. */
function update(): void {
  server?.setBusy(pending.task || (pending.run && !service));
}

/** Takes nothing until the loop has nothing left to do; then the mailbox's handler is called. */
export function awaitQuiet(): void {
  server?.awaitQuiet();
}
