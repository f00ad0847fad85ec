const PROGRAM = /^(-e|--eval|-p|--print|-pe)$/;
const ONLY_THE_PROGRAM =
  /^(--input-type|--eval|--print|--watch|--watch-path|--test|--run|--check)(=|$)/;

/**
 * Node's own options, as this process was started with them, except those that say how the program
 * is read or run: what a thread or a process that it starts takes over.
 */
export function inheritedExecArgv(): string[] {
  const options = process.execArgv;
  return options.filter((option, index) => {
    if (PROGRAM.test(option) || PROGRAM.test(options[index - 1] ?? '')) return false;
    return !ONLY_THE_PROGRAM.test(option);
  });
}

/** All options that Node has been started with, also those of the environment. */
export function nodeOptions(): string[] {
  return [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')];
}
