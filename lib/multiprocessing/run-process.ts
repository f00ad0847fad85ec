import { setCurrent } from './current.js';
import { type PackedProcess, Process, type Running, running } from './process.js';
import { getSelf, setIdentity } from './self.js';

/** In the child: makes the object that was started, and does what it does. */
export function runProcess({ type, fields, identity, target, args }: PackedProcess): unknown {
  setIdentity(identity);
  const { name, daemon } = getSelf();
  const self: Running = { [running]: { native: undefined, pid: process.pid, name, daemon } };
  const options = { ...self, ...(target ? { target } : {}), args };
  const made = Reflect.construct(Process, [options], type ?? Process) as Process;
  setCurrent(Object.assign(made, fields));
  return made.run();
}
