/** The object of `runtime.ts` that instrumented code calls, a property of globalThis. */
export const RUNTIME = '$heddleTrace';
/** The frame of the function around, a variable. */
export const FRAME = '$heddleFrame';
/** What was thrown, a variable. */
export const THROWN = '$heddleThrown';

/** The name of a module's frame, as in Python. */
export const MODULE = '<module>';
export const ANONYMOUS = '<anonymous>';
