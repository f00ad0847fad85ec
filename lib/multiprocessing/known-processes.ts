import type { Process } from './process.js';

/** The objects that stand for this process and for its parent, once somebody has asked for them. */
export const knownProcesses: { current?: Process | undefined; parent?: Process | undefined } = {};
