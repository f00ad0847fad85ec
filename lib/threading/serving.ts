import { addon, type NativeChannel, type NativeServer } from '../_native/index.js';

/** Takes what there is; false when the channel shall not be served any more. */
export type ServeHandler = () => boolean;

interface Service {
  handler: ServeHandler;
  finish: () => void;
}

let server: NativeServer | undefined;
let service: Service | undefined;

/** Makes this Worker serve its mailbox for the rest of its life. */
export function serveMailbox(mailbox: NativeChannel, handler: () => void): void {
  server = addon.serve(mailbox, () => {
    if (!service) return handler();
    if (service.handler()) return;
    const { finish } = service;
    service = undefined;
    server?.switchTo(null);
    setBusy(true);
    finish();
  });
}

/**
 * To be called in a run: serves `channel` until the handler returns false. The handler is called
 * whenever there is something to take, or the channel is closed.
 */
export function serveChannel(channel: NativeChannel, handler: ServeHandler): Promise<void> {
  return new Promise((resolve) => {
    service = { handler, finish: resolve };
    server?.switchTo(channel);
    setBusy(false);
  });
}

/**
 * While a promise is under way here, the Worker must run its loop and take nothing: the next run
 * or task begins when it is settled.
 */
export function setBusy(busy: boolean): void {
  server?.setBusy(busy);
}

/** Takes nothing until the loop has nothing left to do; then the mailbox's handler is called. */
export function awaitQuiet(): void {
  server?.awaitQuiet();
}
