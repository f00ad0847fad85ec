import type { NativeProcess } from '../_native/index.js';
import { changeSettings, getSettings } from './settings.js';

/** What all threads of this process know about it. */
export interface Named {
  name: string;
  daemon: boolean;
  /** Its number among its parent's Process objects, after the parent's own: "1", "1:1". */
  identity?: string | undefined;
}

/** What this process knows about itself. */
export interface Self extends Named {
  /** Undefined in the program's first process, and in threads other than the main one. */
  parent?: Parent;
}

interface Parent {
  native: NativeProcess;
  name: string;
}

const FIRST: Named = { name: 'MainProcess', daemon: false };

let ownParent: Parent | undefined;
let children = 0;

export function getSelf(): Self {
  const named = getSettings().self ?? FIRST;
  return ownParent ? { ...named, parent: ownParent } : named;
}

/** In a child, at its beginning: it has no children yet, also if it is a copy of its parent. */
export function setParent(parent: Parent): void {
  ownParent = parent;
  children = 0;
}

export function rename(name: string): void {
  changeSettings({ self: { ...(getSettings().self ?? FIRST), name } });
}

/** The identity of a new Process object, from which Python makes its name ("Process-1:1"). */
export function nextIdentity(): string {
  children += 1;
  const { identity } = getSelf();
  return identity === undefined ? String(children) : `${identity}:${children}`;
}
