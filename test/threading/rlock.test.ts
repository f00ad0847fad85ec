import { Event, RLock } from 'heddle/threading';
import { rlockContract } from '../contracts/rlock.js';

rlockContract('threading', { make: () => new RLock(), makeEvent: () => new Event() });
