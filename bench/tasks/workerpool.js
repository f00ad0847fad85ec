// What a process of workerpool's runs.
import workerpool from 'workerpool';
import { identity } from './identity.js';

workerpool.worker({ identity });
