export { putValue, putWith, takenAttachments, takeValue } from './codec.js';
export { PicklingError } from './errors.js';
export { FunctionReceiver, FunctionSender } from './function-board.js';
export {
  describeFunction,
  type FunctionDescriptor,
  type FunctionReference,
  rebuildFunction,
} from './functions/index.js';
export { Handle } from './handle.js';
export { registerTraveller, type Traveller } from './registry.js';
export { RemoteTraceback, registerError } from './remote-error.js';
