import type { FunctionReference } from '../pickle/index.js';
import type { StartMethod } from './start-method.js';

/** What a child is told before anything else: the first message in its mailbox. */
export interface Preparation {
  name: string;
  /** Left out where it is no Process object's. */
  identity: string | undefined;
  daemon: boolean;
  parentName: string;
  /** The child's secret (`Process.authkey`), in base64. */
  authkey: string;
  /** The parent's: the program that all of them belong to. */
  argv: string[];
  /** How the child was started, and starts its own children. */
  startMethod: StartMethod;
  /** The parent's logger's; left out where nobody has set it. */
  logLevel?: number | undefined;
  logToStderr?: boolean | undefined;
  /** The function of heddle's own that the child calls with the second message's array. */
  main: FunctionReference;
}
