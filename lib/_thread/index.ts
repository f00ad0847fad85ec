export {
  type AcquireAsyncOptions,
  type AcquireOptions,
  acquireSeconds,
  adopt,
  HOLDER_BITS,
  Lock,
} from './lock.js';
export { AGAIN, RLock } from './rlock.js';
