export * from './arguments.js';
export * from './exec-argv.js';
export * from './holdable.js';
export * from './keywords.js';
export * from './packed-run.js';
export * from './run-options.js';
export * from './thenable.js';
export * from './time.js';
