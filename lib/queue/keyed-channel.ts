import {
  type ChannelInlet,
  type OrderKey,
  Outcome,
  type PutExtra,
  staging,
} from '../_native/index.js';
import { nameOfTag, orderKey, placeInKey } from './order-key.js';

/**
 * A channel as one item is put into it, with the item's key beside it. The key is written at the last
 * moment, when no code of the user's comes between: all keys are written into the same memory.
 */
export class KeyedChannel implements ChannelInlet {
  constructor(
    readonly channel: ChannelInlet,
    readonly item: unknown,
  ) {}

  get shared(): boolean {
    return this.channel.shared;
  }

  putValue(
    value: Parameters<ChannelInlet['putValue']>[0],
    shape: number,
    a: number,
    b: number,
    seconds = -1,
  ): number {
    const key = orderKey(this.item);
    return checkOrder(this.channel.putValue(value, shape, a, b, seconds, key), key);
  }

  putPacked(
    codec: number,
    length: number,
    extra: PutExtra | undefined,
    shape: number,
    a: number,
    b: number,
  ): number {
    const [bytes = null, attachments = null, seconds = -1] = extra ?? [];
    const key = orderKey(this.item);
    const keyed: PutExtra = [bytes, attachments, seconds, key];
    return checkOrder(this.channel.putPacked(codec, length, keyed, shape, a, b), key);
  }
}

/** @throws TypeError if the item has no order with one that is there */
function checkOrder(position: number, key: OrderKey): number {
  if (position !== -Outcome.notOrdered) return position;
  const { taken } = staging;
  const { tag, path } = placeInKey(key, taken[staging.A] as number);
  const other = nameOfTag(taken[staging.B] as number);
  const kinds = `'${nameOfTag(tag)}' and '${other}'`;
  throw Object.assign(new TypeError(`'<' not supported between instances of ${kinds} (${path})`), {
    code: 'ERR_NOT_ORDERED',
  });
}
