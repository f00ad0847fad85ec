import { constants } from 'node:buffer';
import { checkInteger, wrongType } from '../../_internal/index.js';
import { ValueError } from '../../errors.js';
import { BufferTooShort } from './errors.js';

function bytesOf(buf: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (ArrayBuffer.isView(buf)) return new Uint8Array(buf.buffer, buf.byteOffset, buf.byteLength);
  if (buf instanceof ArrayBuffer || buf instanceof SharedArrayBuffer) return new Uint8Array(buf);
  throw wrongType('buf', 'a Buffer, an ArrayBuffer or a view of one', buf);
}

/** The bytes of a message in memory of the caller's. @throws ValueError, TypeError */
export function partOf(
  buf: ArrayBufferView | ArrayBufferLike,
  offset: number,
  size: number | null,
): Uint8Array {
  const bytes = bytesOf(buf);
  checkInteger('offset', offset);
  if (offset < 0) throw new ValueError('offset is negative');
  if (bytes.length < offset) throw new ValueError('buffer length < offset');
  if (size === null || size === undefined) return bytes.subarray(offset);
  checkInteger('size', size);
  if (size < 0) throw new ValueError('size is negative');
  if (offset + size > bytes.length) throw new ValueError('buffer length < offset + size');
  return bytes.subarray(offset, offset + size);
}

/** Where a message shall go. @throws ValueError, TypeError */
export function targetOf(buf: ArrayBufferView | ArrayBufferLike, offset: number): Uint8Array {
  const bytes = bytesOf(buf);
  checkInteger('offset', offset);
  if (offset < 0) throw new ValueError('negative offset');
  if (offset > bytes.length) throw new ValueError('offset too large');
  return bytes.subarray(offset);
}

/**
 * Copies a message to where it shall go.
 *
 * @returns its length
 * @throws BufferTooShort
 */
export function copyInto(target: Uint8Array, message: Buffer): number {
  if (message.length > target.length) throw new BufferTooShort(Buffer.from(message));
  target.set(message);
  return message.length;
}

/** The most bytes that a message may have. @throws ValueError, TypeError */
export function mostOf(maxlength: number | null): number {
  if (maxlength === null || maxlength === undefined) return constants.MAX_LENGTH;
  checkInteger('maxlength', maxlength);
  if (maxlength < 0) throw new ValueError('negative maxlength');
  return Math.min(maxlength, constants.MAX_LENGTH);
}
