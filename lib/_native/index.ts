import './os-errors.js';

export * from './addon.js';
export * from './async-waits.js';
export * from './cells.js';
export { builtFile, packageFolder, require } from './files.js';
export { holderIn, updateHolder } from './holder.js';
export * from './natives.js';
export * from './outcome.js';
export * from './spawn-process.js';
export * as staging from './staging.js';
