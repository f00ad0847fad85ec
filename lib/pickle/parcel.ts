import { addon, type NativeChannel } from '../_native/index.js';
import { peekValue, putWith } from './codec.js';
import { ModulesNeeded } from './functions/index.js';
import { ValueDelayed } from './value-delayed.js';

/**
 * Packs a value into a native object of its own, as what a traveller gives: other threads of the
 * process open it as often as they like, and get a copy each time.
 *
 * @throws PicklingError if it cannot travel
 */
export function packParcel(value: unknown): NativeChannel {
  const parcel = addon.createChannel(false, 0);
  putWith(parcel, [], [value], 0, 0, 0);
  return parcel;
}

/**
 * What is in a parcel. Only while a value is being rebuilt, which the parcel came with.
 *
 * @throws ModulesNeeded if modules have to be imported first
 */
export function openParcel(parcel: NativeChannel): unknown {
  try {
    return (peekValue(parcel, 0) as [unknown])[0];
  } catch (error) {
    throw error instanceof ValueDelayed ? new ModulesNeeded([...error.urls]) : error;
  }
}
