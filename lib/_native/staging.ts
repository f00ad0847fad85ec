import { addon } from './addon.js';

const memory = addon.staging();

const INCOMING = 64;
const OUTGOING = memory.byteLength / 2;

/** What the addon tells about the message taken last: `Staging::Word` of environment.h. */
export const taken = new Int32Array(memory, 0, INCOMING / 4);
export const OUTCOME = 0;
export const A = 1;
export const B = 2;
export const SHAPE = 3;
export const CODEC = 4;
export const LENGTH = 5;
export const ATTACHMENTS = 6;

/** Views of the packed payload that was taken, and of the one to be put. */
export const incoming = views(INCOMING, OUTGOING - INCOMING);
export const outgoing = views(OUTGOING, memory.byteLength - OUTGOING);

function views(offset: number, size: number) {
  return {
    bytes: Buffer.from(memory, offset, size),
    int32: new Int32Array(memory, offset, size / 4),
    float64: new Float64Array(memory, offset, size / 8),
  };
}
