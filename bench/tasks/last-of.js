/** @param {Float64Array} array */
export const lastOf = (array) => array[array.length - 1];
