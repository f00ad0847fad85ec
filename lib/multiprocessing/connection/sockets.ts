import { Server, Socket, type SocketConstructorOpts } from 'node:net';
import { addon, type NativeConnection } from '../../_native/index.js';
import { OSError } from '../../errors.js';
import { registerTraveller } from '../../pickle/index.js';
import { socketDescriptor } from './socket-descriptor.js';

/**
 * Sockets of node:net travel: a copy of the descriptor, for which the receiver makes a socket. Both
 * are the same connection, and it ends when both are closed. What the sender's socket has read
 * already, or has still to write, stays with that.
 *
 * Of classes that extend Socket, as those of TLS and of terminals do, nothing travels: they have more
 * than their descriptor.
 */
registerTraveller(Socket, {
  name: 'Socket',
  module: 'multiprocessing/connection',
  overConnections: true,
  refuse(socket) {
    const isOpen = !socket.connecting && (socket.readable || socket.writable);
    return isOpen && socketDescriptor(socket) !== undefined
      ? undefined
      : 'a Socket that is not connected, or closed';
  },
  give: (socket) => ({
    native: addon.packDescriptor(
      socketDescriptor(socket) as number,
      socket.readable,
      socket.writable,
    ),
    state: socket.allowHalfOpen,
  }),
  take(native, allowHalfOpen) {
    const { kind } = takenNative(native);
    const options: SocketConstructorOpts & { manualStart: boolean } = {
      fd: descriptorOf(native),
      readable: (kind & 1) !== 0,
      writable: (kind & 2) !== 0,
      allowHalfOpen: allowHalfOpen as boolean,
      // Nothing is read before somebody listens, so that it can be sent on.
      manualStart: true,
    };
    return new Socket(options);
  },
});

/** What a server is made with, and does not say. */
interface Accepting {
  allowHalfOpen?: boolean;
  pauseOnConnect?: boolean;
}

/**
 * A server of node:net that listens travels, too: whoever comes is accepted by one of those that
 * have it. Its listeners stay with the sender's. Who receives it accepts nobody before he listens to
 * 'connection': they would be nobody's.
 */
registerTraveller(Server, {
  name: 'Server',
  module: 'multiprocessing/connection',
  overConnections: true,
  refuse: (server) =>
    socketDescriptor(server) === undefined ? 'a Server that does not listen' : undefined,
  give(server) {
    const { allowHalfOpen = false, pauseOnConnect = false } = server as Accepting;
    return {
      native: addon.packDescriptor(socketDescriptor(server) as number, true, true),
      state: [allowHalfOpen, pauseOnConnect],
    };
  },
  take(native, state) {
    const taken = takenNative(native);
    const [allowHalfOpen, pauseOnConnect] = state as [boolean, boolean];
    const server = new Server({ allowHalfOpen, pauseOnConnect });
    const listen = (event: string) => {
      if (event !== 'connection') return;
      server.off('newListener', listen);
      server.listen({ fd: descriptorOf(taken) });
    };
    return server.on('newListener', listen);
  },
});

function takenNative(native: unknown): NativeConnection {
  if (!native) throw new OSError('a socket whose sender has ended, or closed it');
  return native as NativeConnection;
}

function descriptorOf(native: unknown): number {
  const descriptor = takenNative(native).detach();
  if (descriptor < 0) throw new OSError('a socket that was received before');
  return descriptor;
}
