/** Where a socket or server of node:net has its descriptor; Node has no other name for it. */
interface Handled {
  _handle?: { fd?: number } | null;
}

/** The descriptor of a socket or server of node:net; undefined where it is closed, or not open yet. */
export function socketDescriptor(object: object): number | undefined {
  const descriptor = (object as Handled)._handle?.fd;
  return descriptor !== undefined && descriptor >= 0 ? descriptor : undefined;
}
