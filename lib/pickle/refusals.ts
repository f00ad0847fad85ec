import { PicklingError } from './errors.js';
import { type Callable, takeApart } from './functions/index.js';
import { hasPrivateMembers } from './private-members.js';

/** Where heddle's own modules are. */
const OWN = new URL('../', import.meta.url).href;

/** What to do instead, for instances of classes that are not the user's. */
const INSTEAD: Partial<Record<string, string>> = {
  SharedArrayBuffer: 'use the memory of a SharedMemory',
  TLSSocket: 'its keys stay in this thread',
  ThreadPoolExecutor: 'make one there',
};

/**
 * Why the instances of a class cannot travel, if they cannot for the sake of `type`, which is the
 * class itself or one that it extends.
 */
export function whyNot(type: Callable, itself: Callable): string | undefined {
  const origin = originOf(type);
  if (origin === 'heddle' && type !== itself) {
    return `an instance of class ${itself.name}, which extends heddle's class ${type.name}`;
  }
  if (origin === 'heddle') {
    const instead = INSTEAD[type.name];
    return `a ${type.name} stays in the thread that made it${instead ? `; ${instead}` : ''}`;
  }
  if (origin === 'node') {
    const what = `the built-in class ${type.name || '(anonymous)'}`;
    const instead = INSTEAD[type.name] ? `; ${INSTEAD[type.name]}` : '';
    return type === itself
      ? `an instance of ${what}${instead}`
      : `an instance of class ${itself.name}, which extends ${what}`;
  }
  if (hasPrivateMembers(type)) {
    const whose = type === itself ? '' : ` of class ${type.name}`;
    const hint = 'give the class a method `__reduce__`, or register a reducer';
    return `an instance of class ${itself.name} with private fields${whose}; ${hint}`;
  }
  return undefined;
}

/** Whether the instances of a class are nothing but their fields, as errors of Node are, too. */
export function isCopyable(type: Callable): boolean {
  return originOf(type) !== 'heddle' && !hasPrivateMembers(type);
}

function originOf(type: Callable): 'node' | 'heddle' | 'user' {
  if (/\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(type))) return 'node';
  try {
    const { code } = takeApart(type);
    if (code.kind !== 'reference') return 'user';
    if (code.format === 'builtin' || code.format === 'global') return 'node';
    return code.url.startsWith(OWN) ? 'heddle' : 'user';
  } catch (error) {
    if (!(error instanceof PicklingError)) throw error;
    return /belongs to Node itself/.test(error.message) ? 'node' : 'user';
  }
}
