// How values see functions: code that never changes, and the values that it captured.
export {
  baseIndex,
  type Callable,
  type FunctionDescriptor,
  type FunctionParts,
  loadModules,
  ModulesNeeded,
  putTogether,
  type Shell,
  takeApart,
  valueName,
} from './functions/index.js';
