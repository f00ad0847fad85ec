/** An object of about 100 bytes, new each time. */
export function makeObject() {
  return {
    id: 12345,
    name: 'some item name here',
    ok: true,
    score: 3.14259,
    tags: ['alpha', 'beta'],
    pos: { x: 1, y: 2 },
  };
}

export const STRING = 'The quick brown fox jumps over the lazy dog, and then once more.';

/**
 * A number by which the receiver shows that it has had the message.
 *
 * @param {number | string | ReturnType<typeof makeObject>} message
 * @returns {number}
 */
export function weigh(message) {
  if (typeof message === 'number') return message;
  if (typeof message === 'string') return message.length;
  return message.id + message.tags.length + message.pos.y;
}
