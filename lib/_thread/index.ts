export { local } from './local.js';
export {
  type AcquireAsyncOptions,
  type AcquireOptions,
  acquireSeconds,
  adopt,
  HOLDER_BITS,
  Lock,
} from './lock.js';
export { AGAIN, RLock } from './rlock.js';
export { forgetRunValues } from './run-values.js';
