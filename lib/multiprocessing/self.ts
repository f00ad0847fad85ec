import type { NativeProcess } from '../_native/index.js';

/** What this process knows about itself. */
export interface Self {
  name: string;
  daemon: boolean;
  /** Undefined in the program's first process. */
  parent?: { native: NativeProcess; name: string };
}

let self: Self = { name: 'MainProcess', daemon: false };

export function getSelf(): Self {
  return self;
}

export function setSelf(of: Self): void {
  self = of;
}

let children = 0;

/** Python's names: "Process-1", and its child "Process-1:1". */
export function nextName(): string {
  children += 1;
  const own = self.parent ? `${self.name.replace(/^.*?-(?=\d)/, '')}:` : '';
  return `Process-${own}${children}`;
}
