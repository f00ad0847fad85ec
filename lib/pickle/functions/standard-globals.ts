import { builtinModules } from 'node:module';

/** Variables of each CommonJS file. In a program given by `node -e` they are globals. */
export const FILE_VARIABLES: ReadonlySet<string> = new Set([
  'require',
  'module',
  'exports',
  '__filename',
  '__dirname',
]);

/** Modules of Node that every thread has as globals. `node -e` and the REPL have them all. */
const GLOBAL_MODULES = new Set(['console', 'crypto', 'process']);

const names = new Set<string>();
// What is there before the program runs is there in every thread. Names only: asking for the values
// would load them, or warn that they are experimental.
for (let owner: object | null = globalThis; owner !== null; owner = Object.getPrototypeOf(owner)) {
  for (const name of Object.getOwnPropertyNames(owner)) names.add(name);
}
for (const name of FILE_VARIABLES) names.delete(name);
for (const name of builtinModules) if (!GLOBAL_MODULES.has(name)) names.delete(name);

/** The names of the variables that every thread has. */
export const standardGlobals: ReadonlySet<string> = names;
