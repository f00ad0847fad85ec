// Makes the package's JavaScript out of lib/. Node needs about a millisecond for each file that a thread or
// process loads, so they load few: each entry point is a small file over chunks that several have in common.
//   node scripts/bundle.mjs <folder>
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const folder = process.argv[2];
const BOOTSTRAPS = '_bootstrap/';
/** Who uses queues alone need not load what processes are made of. */
const QUEUES = /[\\/]lib[\\/]queue[\\/]/;

// By the paths that are written, without the ending.
const files = readdirSync('lib', { recursive: true })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = new Set([
  ...Object.values(exports)
    .map((entry) => /^\.\/dist\/(.*)\.js$/.exec(entry.default)?.[1])
    .filter((entry) => entry !== undefined),
  ...files.filter((file) => /(^|\/)index\.ts$/.test(file)).map(withoutEnding),
  ...files.filter((file) => file.startsWith(BOOTSTRAPS)).map(withoutEnding),
  ...files.flatMap(openedByName),
]);
const bootstraps = [...entries].filter((entry) => entry.startsWith(BOOTSTRAPS));

let reached;

const bundle = await rolldown({
  input: Object.fromEntries([...entries].map((entry) => [entry, `lib/${entry}.ts`])),
  platform: 'node',
  tsconfig: 'tsconfig.json',
  // The others are taken in: to find and load them takes Node as long as all the rest.
  external: [/^node:/, 'acorn', 'eslint-scope'],
  preserveEntrySignatures: 'strict',
  plugins: [
    { name: 'builtins', renderChunk: getBuiltins },
    { name: 'utf8', transform: decodeWithBuffers },
  ],
});
const { output } = await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  // As deep as the modules of lib/: see lib/_native/files.ts.
  chunkFileNames: '_chunks/[name].js',
  sourcemap: true,
  sourcemapExcludeSources: true,
  // Two classes may have the same name, which users see.
  keepNames: true,
  minifyInternalExports: false,
  // A group takes what its modules import along, so what is to stay apart comes first.
  codeSplitting: {
    groups: [
      { name: baseOf, debugName: 'base', priority: 2 },
      { name: 'queue', test: QUEUES, priority: 1 },
      { name: chunkOf, debugName: 'boot' },
    ],
  },
});
await bundle.close();

writeCommonjsBootstraps();
writeLicences(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])));

function withoutEnding(file) {
  return file.replace(/\.c?[jt]s$/, '');
}

/** The files that a module opens by their names at run time (`builtFile`). */
function openedByName(file) {
  const source = readFileSync(join('lib', file), 'utf8');
  return [...source.matchAll(/\bbuiltFile\('(.*?)'\)/g)].map(([, path]) => withoutEnding(path));
}

/** The chunk of a module that threads and processes start with; the bundler divides the others. */
function chunkOf(id, graph) {
  reached ??= bootstraps.map((entry) => [
    entry.slice(BOOTSTRAPS.length),
    modulesBelow(entry, graph),
  ]);
  const starts = reached.filter(([, modules]) => modules.has(id));
  if (id.startsWith('\0') || starts.length === reached.length) return 'base';
  return starts[0]?.[0] ?? null;
}

function baseOf(id, graph) {
  return chunkOf(id, graph) === 'base' ? 'base' : null;
}

/**
 * Makes msgpackr decode strings as Buffers do: a TextDecoder takes a byte order mark at the beginning away, which
 * belongs to the string, and to make one takes milliseconds.
 */
function decodeWithBuffers(code, id) {
  if (!id.endsWith('msgpackr/unpack.js')) return null;
  const decoder = 'new TextDecoder()';
  if (!code.includes(decoder)) throw new Error(`${id} has no ${decoder} any more`);
  const buffers = '{ decode: (bytes) => Buffer.prototype.utf8Slice.call(bytes) }';
  return { code: code.replace(decoder, buffers), map: null };
}

/**
 * Asks Node for its modules directly, which costs a third of what the loader of ES modules takes for each. All
 * stays in its line, so that the source map is right.
 */
function getBuiltins(code) {
  const direct = code.replace(
    /^import \{(.+)\} from "(node:[^"]+)";$/gm,
    (_, names, builtin) =>
      `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule("${builtin}");`,
  );
  return { code: direct, map: null };
}

/** What a bootstrap imports, at once or a little later. It is not among that itself: it acts when it is loaded. */
function modulesBelow(entry, graph) {
  const found = new Set();
  const visit = (id) => {
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) {
      if (found.has(imported)) continue;
      found.add(imported);
      visit(imported);
    }
  };
  const id = join(process.cwd(), 'lib', `${entry}.ts`);
  visit(id);
  for (const imported of graph.getModuleInfo(id)?.dynamicallyImportedIds ?? []) {
    found.add(imported);
    visit(imported);
  }
  return found;
}

/** Node starts a CommonJS file some milliseconds sooner than an ES module, and that loads the module. */
function writeCommonjsBootstraps() {
  for (const entry of bootstraps) {
    const module = `./${entry.slice(BOOTSTRAPS.length)}.js`;
    writeFileSync(
      join(folder, `${entry}.cjs`),
      `process.features.require_module ? require('${module}') : import('${module}');\n`,
    );
  }
}

/** The licences of the packages that were taken in. */
function writeLicences(ids) {
  const packages = new Set(
    ids.map((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0]),
  );
  packages.delete(undefined);
  const texts = [...packages].sort().map((path) => {
    const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version}\n\n${readFileSync(join(path, file), 'utf8').trim()}\n`;
  });
  writeFileSync(join(folder, 'LICENSES.txt'), texts.join('\n\n'));
}
