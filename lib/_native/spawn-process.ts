import { addon } from './addon.js';
import type { NativeProcess } from './natives.js';

export interface SpawnOptions {
  /** Without a slash it is looked for in the child's PATH. */
  file: string;
  /** All of argv, the program's name first. */
  args: readonly string[];
  /** `NAME=value` each; the process's own environment if left out. */
  env?: readonly string[] | undefined;
  cwd?: string | undefined;
  /** Pairs (number in the child, descriptor here). 0, 1 and 2 are inherited unless they are listed. */
  descriptors?: readonly (readonly [child: number, here: number])[];
  /** Whether the child is ended when this process exits. */
  daemon: boolean;
  /** The number, at least 3, under which the child finds what `watchParent` takes. */
  lifeline?: number | undefined;
}

/**
 * Starts a program, from any thread, without copying anything of this process. The child has the
 * listed descriptors and no others; no signal is ignored or blocked in it.
 *
 * @throws OSError of the call that failed, with the file as its path; TypeError for a zero character
 */
export function spawnProcess(options: SpawnOptions): NativeProcess {
  const { file, args, env, cwd, descriptors = [], daemon, lifeline = 0 } = options;
  for (const text of [file, cwd ?? '', ...args, ...(env ?? [])]) {
    if (text.includes('\0')) throw new TypeError('embedded null character');
  }
  return addon.spawnProcess(
    file,
    [...args],
    env === undefined ? null : [...env],
    cwd ?? null,
    Int32Array.from(descriptors.flat()),
    (daemon ? 1 : 0) | (lifeline << 1),
  );
}
