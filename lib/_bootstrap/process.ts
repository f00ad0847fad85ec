// The entry point of every process that heddle starts, after Node's own options and whatever they
// load. What the program itself consists of is loaded when it is needed.
import { internals } from '../multiprocessing/index.js';

void internals.becomeProcess(Number(process.argv[3]));
