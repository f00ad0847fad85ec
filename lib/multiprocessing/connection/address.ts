import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ValueError } from '../../errors.js';
import { temporaryFolder } from './temporary-folder.js';

/**
 * Where somebody listens: a host (of IPv4) and a port; the path of a socket in the file system; or a
 * name in Linux's abstract space, after a zero character.
 */
export type Address = readonly [host: string, port: number] | string | Uint8Array;

export type Family = 'AF_INET' | 'AF_UNIX';

/** An address as the addon takes it. */
export interface Place {
  family: Family;
  host: string;
  port: number | undefined;
}

const ANY_HOST = '0.0.0.0';
const MOST_PORT = 65535;

/**
 * @param address left out or null: any free one
 * @param family left out or null: as the address has it
 * @throws ValueError for an address or a family that there is not
 */
export function placeOf(address: Address | null | undefined, family?: string | null): Place {
  const known = family ?? (isGiven(address) ? familyOf(address) : 'AF_UNIX');
  if (known !== 'AF_INET' && known !== 'AF_UNIX') {
    throw new ValueError(`Family ${known} is not recognized.`);
  }
  const given = isGiven(address) ? address : arbitraryAddress(known);
  if (familyOf(given) !== known) {
    throw new ValueError(`${inspect(address)} is no address of the family ${known}`);
  }
  if (typeof given === 'string') return { family: known, host: given, port: undefined };
  if (given instanceof Uint8Array) {
    return { family: known, host: Buffer.from(given).toString('utf8'), port: undefined };
  }
  const [host, port] = given as readonly [string, number];
  if (!Number.isInteger(port) || port < 0 || port > MOST_PORT) {
    throw new ValueError(`port must be an integer from 0 to ${MOST_PORT}, not ${inspect(port)}`);
  }
  return { family: known, host: host === '' ? ANY_HOST : host, port };
}

/** Whether the host of an address has to be looked up. */
export function isName({ host, port }: Place): boolean {
  return port !== undefined && !isIPv4(host);
}

function isGiven(address: Address | null | undefined): address is Address {
  return address !== null && address !== undefined && address.length !== 0;
}

function familyOf(address: Address): string {
  if (Array.isArray(address) && address.length === 2 && typeof address[0] === 'string') {
    return 'AF_INET';
  }
  if (typeof address === 'string') return address.startsWith('\\\\') ? 'AF_PIPE' : 'AF_UNIX';
  if (address instanceof Uint8Array && address[0] === 0) return 'AF_UNIX';
  throw new ValueError(`address type of ${inspect(address)} unrecognized`);
}

function arbitraryAddress(family: Family): Address {
  if (family === 'AF_INET') return ['localhost', 0];
  return join(temporaryFolder(), `listener-${randomBytes(4).toString('hex')}`);
}
