/** A pickle from opcodes and text (Latin-1), numbers (bytes) and Buffers. */
export function pickle(...parts: (string | number | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'number'
        ? Buffer.from([part])
        : typeof part === 'string'
          ? Buffer.from(part, 'latin1')
          : part,
    ),
  );
}

/** A number of 4 or 8 bytes, the least first. */
export function little(value: number, size: 4 | 8 = 4): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(value);
  return bytes;
}
