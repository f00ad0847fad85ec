import { PicklingError, UnpicklingError } from '../errors.js';
import { PythonGlobal } from './python-global.js';
import { PythonObject } from './python-object.js';

const DATETIME = new PythonGlobal('datetime', 'datetime');
const TIMEZONE = new PythonGlobal('datetime', 'timezone');
const TIMEDELTA = new PythonGlobal('datetime', 'timedelta');

const LENGTH = 10;

/** The `datetime.datetime` of a date, in UTC. */
export function describeDate(date: Date): PythonObject {
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) {
    throw new PicklingError('a Date that is invalid, or not of the years 1 to 9999');
  }
  const state = Buffer.alloc(LENGTH);
  state.writeUInt16BE(year, 0);
  state[2] = date.getUTCMonth() + 1;
  state[3] = date.getUTCDate();
  state[4] = date.getUTCHours();
  state[5] = date.getUTCMinutes();
  state[6] = date.getUTCSeconds();
  state.writeUIntBE(date.getUTCMilliseconds() * 1000, 7, 3);
  const utc = new PythonObject(TIMEZONE, [new PythonObject(TIMEDELTA, [0, 0, 0])]);
  return new PythonObject(DATETIME, [state, utc]);
}

/**
 * The date of a `datetime.datetime`, without its microseconds. One without a time zone is in that of
 * the system, as for Python's own `timestamp()`.
 */
export function dateOf([state, zone]: readonly unknown[]): Date {
  if (!(state instanceof Buffer) || state.length !== LENGTH) {
    throw new UnpicklingError('a datetime that is not 10 bytes');
  }
  const [, , month = 0, day = 0, hour = 0, minute = 0, second = 0] = state;
  const fields = [state.readUInt16BE(0), (month & 0x7f) - 1, day] as const;
  const time = [hour, minute, second, Math.floor(state.readUIntBE(7, 3) / 1000)] as const;
  const date = new Date(0);
  if (zone === undefined || zone === null) {
    date.setFullYear(...fields);
    date.setHours(...time);
    return date;
  }
  date.setUTCFullYear(...fields);
  date.setUTCHours(...time);
  return new Date(date.getTime() - 1000 * offsetOf(zone));
}

/** Of a `datetime.timezone`, in seconds. */
function offsetOf(zone: unknown): number {
  const delta = zone instanceof PythonObject && zone.type.name === 'timezone' && zone.args[0];
  if (delta instanceof PythonObject && delta.type.name === 'timedelta') {
    const [days, seconds, microseconds] = delta.args.map(Number);
    return (days ?? 0) * 86_400 + (seconds ?? 0) + (microseconds ?? 0) / 1e6;
  }
  throw new UnpicklingError('a datetime in something else than a datetime.timezone');
}
