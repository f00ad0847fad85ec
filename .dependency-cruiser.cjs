// The arrows of lib/: a module imports from its own level and those below it, and only a sibling's index.ts.

// Lowest first.
const LEVELS = [
  ['errors'],
  ['_native'],
  ['_internal'],
  ['pickle'],
  ['_trace'],
  ['_thread', 'contextvars'],
  ['threading'],
  ['queue', 'sched', 'subprocess'],
  ['concurrent', 'multiprocessing'],
  ['_bootstrap', 'index'],
];

const inLib = (modules) => `^lib/(${modules.join('|')})(/|\\.ts$)`;

const levels = LEVELS.slice(0, -1).map((modules, level) => ({
  name: `only-downwards-from-${modules.join('-')}`,
  severity: 'error',
  from: { path: inLib(modules) },
  to: { path: inLib(LEVELS.slice(level + 1).flat()) },
}));

const MODULE = '(concurrent/futures|multiprocessing/[^/]+|[^/]+)';
// A part of pickle that only some need, and which does not belong into what every thread loads.
const APART = '^lib/pickle/cpython/index\\.ts$';

module.exports = {
  forbidden: [
    ...levels,
    {
      name: 'only-index-of-siblings',
      severity: 'error',
      from: { path: `^lib/${MODULE}/`, pathNot: '^lib/multiprocessing/[^/]+/' },
      to: { path: '^lib/.+/', pathNot: ['^lib/$1/', `^lib/${MODULE}/index\\.ts$`, APART] },
    },
    {
      name: 'only-index-of-siblings-of-parts',
      comment: 'A part of multiprocessing cannot import the index that exports the part.',
      severity: 'error',
      from: { path: '^lib/(multiprocessing/[^/]+)/' },
      to: {
        path: '^lib/.+/',
        pathNot: [
          '^lib/$1/',
          `^lib/${MODULE}/index\\.ts$`,
          '^lib/multiprocessing/[^/]+\\.ts$',
          APART,
        ],
      },
    },
    {
      name: 'known-module',
      comment: 'A new folder of lib/ needs its place in LEVELS.',
      severity: 'error',
      from: { path: '^lib/', pathNot: inLib(LEVELS.flat()) },
      to: {},
    },
    {
      name: 'only-native-loads-the-addon',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/_native/' },
      to: { path: ['\\.node$', 'node_modules/node-gyp-build/', '^node-gyp-build$'] },
    },
    {
      name: 'no-child-process',
      comment: 'Processes are started by the addon, which keeps track of them.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'nothing-from-outside-lib',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(test|bench|examples|scripts|dist)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other: nothing of them is left at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'What the build takes in (scripts/bundle.mjs) is not to be installed.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '^node_modules/(msgpackr|magic-string)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
  },
};
