/** Under this number the fork server finds its end of the pipe to those who start processes. */
export const CONTROL = 5;

/** What the server is told first: what it imports before it forks. */
export interface Greeting {
  modules: readonly string[];
  /** A file of the program's, for packages among them. */
  program: string;
}

/** What it answers when it can be asked for forks, or knows that it cannot make any. */
export interface Readiness {
  /** Why this system or program cannot be forked. */
  fault?: string | undefined;
  /** What was wrong with the modules. */
  warnings: readonly string[];
}

/** Asks for a process; the answer is its pid, or what was wrong. */
export interface ForkRequest {
  /** Its place in the family. */
  place: number;
  /** Whether code that is not heddle's may have run in the server. */
  hasRunCode: boolean;
  /** What has changed since the server was started. */
  cwd?: string | undefined;
  env?: Readonly<Record<string, string | undefined>> | undefined;
}
export type ForkAnswer = number | string;
