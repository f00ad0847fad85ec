/**
 * Messages between processes, of heddle's and of CPython's programs alike.
 *
 * @see https://docs.python.org/3.13/library/multiprocessing.html#module-multiprocessing.connection
 * @module
 */
import './sockets.js';

export type { Address, Family } from './address.js';
export { answerChallenge, answerChallengeAsync } from './answer-challenge.js';
export { Client, ClientAsync, type ClientOptions } from './client.js';
export { Connection, type WaitOptions } from './connection.js';
export { deliverChallenge, deliverChallengeAsync } from './deliver-challenge.js';
export { Listener, type ListenerOptions } from './listener.js';
export { Pipe } from './pipe.js';
export type { Serializer } from './serializers.js';
export { type Waitable, wait, waitAsync } from './wait.js';
