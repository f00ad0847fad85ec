import { dumps, loads } from 'heddle/pickle';
import { addon } from '../../dist/_native/index.js';
import { putValue, takeValue } from '../../dist/pickle/index.js';

/** The ways in which a value travels, by their names: each gives what arrives. */
export const ways: [name: string, travel: <T>(value: T) => T][] = [
  ['a channel', throughChannel],
  ['dumps() and loads()', (value) => loads(dumps(value)) as typeof value],
];

export function throughChannel<T>(value: T): T {
  const channel = addon.createChannel(false, 0);
  putValue(channel, value, 0, 0, 0);
  return takeValue(channel, 0) as T;
}
