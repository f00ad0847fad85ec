// What heddle has inside and its package does not export; untyped, since the declarations leave it out.
const dist = new URL('../../dist/', import.meta.url);

/** @param {string} path */
const load = (path) => /** @type {Promise<any>} */ (import(new URL(path, dist).href));

export const { addon } = await load('_native/index.js');
export const { describeFunction, Handle, putValue, takeValue } = await load('pickle/index.js');
