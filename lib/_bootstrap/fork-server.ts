// The entry point of a fork server, and with it of the processes that it forks.
import { internals } from '../multiprocessing/index.js';

void internals.serveForks();
