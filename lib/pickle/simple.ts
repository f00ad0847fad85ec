/** Whether an item is its own copy. */
export function isSimple(item: unknown): boolean {
  switch (typeof item) {
    case 'object':
      return item === null;
    case 'function':
    case 'symbol':
      return false;
    default:
      return true;
  }
}
