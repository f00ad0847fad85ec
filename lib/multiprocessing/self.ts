import type { NativeProcess } from '../_native/index.js';

/** What this process knows about itself. */
export interface Self {
  name: string;
  daemon: boolean;
  /** Its number among its parent's Process objects, after the parent's own: "1", "1:1". */
  identity?: string;
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

/** In a child: as the Process object that started it has it. */
export function setIdentity(identity: string): void {
  self.identity = identity;
}

let children = 0;

/** The identity of a new Process object, from which Python makes its name ("Process-1:1"). */
export function nextIdentity(): string {
  children += 1;
  return self.identity === undefined ? String(children) : `${self.identity}:${children}`;
}
