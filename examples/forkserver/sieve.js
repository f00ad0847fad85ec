// Slow to load: finds all primes below ten million.

const LIMIT = 10_000_000;
const isComposite = new Uint8Array(LIMIT);
for (let i = 2; i * i < LIMIT; i++) {
  if (isComposite[i]) continue;
  for (let multiple = i * i; multiple < LIMIT; multiple += i) isComposite[multiple] = 1;
}

/** The process that has loaded this. */
export const loadedBy = process.pid;

/** @param {number} number */
export function isPrime(number) {
  return number > 1 && isComposite[number] === 0;
}
