// Lets the tests of processes spawn them.
import { setStartMethod } from 'heddle/multiprocessing';

setStartMethod('spawn');
