export {
  peekValue,
  putTree,
  putValue,
  putWith,
  takenAttachments,
  takeValue,
} from './codec.js';
export { register } from './copyreg.js';
export { cpython } from './cpython.js';
export { dumps, loads } from './dumps.js';
export { PicklingError, UnpicklingError } from './errors.js';
export { FunctionReceiver, FunctionSender } from './function-board.js';
export {
  beforeCode,
  type Callable,
  childrenOf,
  describeFunction,
  type FunctionDescriptor,
  type FunctionReference,
  INSERTED,
  type Instrument,
  importOnly,
  instrumentFunctions,
  loadModules,
  ModulesNeeded,
  rebuildFunction,
} from './functions/index.js';
export { Handle } from './handle.js';
export { postNotice, readNotice, Slot } from './notices.js';
export { openParcel, packParcel } from './parcel.js';
export { registerMemory, registerTraveller, type Traveller } from './registry.js';
export { RemoteTraceback, registerError } from './remote-error.js';
export {
  isOwnForm,
  NATIVE_BYTES,
  type PackedMessage,
  packMessage,
  unpackMessage,
} from './stream-form.js';
export { takeAnyway, Unreadable } from './take-anyway.js';
export { transfer } from './transfer.js';
export { isTree } from './tree.js';
export { ValueDelayed } from './value-delayed.js';
