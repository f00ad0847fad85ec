/** Python 2's names of modules, which Python 3 writes in protocols 0 to 2. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['exceptions', 'builtins'],
  ['Queue', 'queue'],
]);

const NAMES: ReadonlyMap<string, string> = new Map([
  ['__builtin__.xrange', 'range'],
  ['__builtin__.long', 'int'],
  ['__builtin__.unicode', 'str'],
  ['exceptions.StandardError', 'Exception'],
]);

const MULTIPROCESSING = /^(ProcessError|BufferTooShort|TimeoutError|AuthenticationError)$/;

/** The module and name that Python 3 has for what a pickle of protocol 0 to 2 names. */
export function modernName(module: string, name: string): [module: string, name: string] {
  if (module === 'multiprocessing' && MULTIPROCESSING.test(name)) {
    return ['multiprocessing.context', name];
  }
  return [MODULES.get(module) ?? module, NAMES.get(`${module}.${name}`) ?? name];
}
