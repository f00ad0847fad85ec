/**
 * Variables whose values follow the running code along promises, timers and callbacks.
 *
 * @see https://docs.python.org/3.13/library/contextvars.html
 * @module
 */
export { Context, copyContext } from './context.js';
export { ContextVar, type ContextVarOptions } from './context-var.js';
/** @internal For the rest of heddle. */
export * as internals from './internals.js';
export { type Missing, Token } from './token.js';
