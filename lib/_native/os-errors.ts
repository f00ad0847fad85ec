import { getSystemErrorMap } from 'node:util';
import { osErrorClass } from '../errors.js';
import { addon } from './addon.js';

// The one place that makes the error of a failed system call.
addon.setErrorFactory((errno, syscall, filename) => {
  // libuv's numbers are negative on POSIX.
  const text = getSystemErrorMap().get(-errno)?.[1] ?? `unknown error (${syscall})`;
  const about = filename === undefined ? '' : `: '${filename}'`;
  return new (osErrorClass(errno))(`[Errno ${errno}] ${text}${about}`, {
    errno,
    syscall,
    filename,
  });
});
