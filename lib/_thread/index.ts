export { interruptMain } from './interrupt-main.js';
export {
  type AcquireAsyncOptions,
  type AcquireOptions,
  acquireSeconds,
  adopt,
  Lock,
} from './lock.js';
export { RLock } from './rlock.js';
