// Holds the arrows of native/: binding -> core -> os, and one place for everything that is not portable.
// Also finds sources that sources.txt does not list: they would silently not be compiled.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sources from './sources.cjs';

process.chdir(join(import.meta.dirname, '..'));

const STANDARD = new Set(
  `algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts
  condition_variable coroutine deque exception execution filesystem format forward_list fstream functional future
  initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
  memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator
  semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
  strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
  valarray variant vector version cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp
  csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype`.split(/\s+/),
);
const NODE = new Set(['napi.h', 'node_api.h', 'js_native_api.h', 'uv.h']);

// What each layer may include: files of native/ by path, and headers in angle brackets by name.
const LAYERS = {
  binding: {
    own: /^(binding|core)\/|^os\/\w+\.h$/,
    foreign: (name) => STANDARD.has(name) || NODE.has(name),
  },
  core: { own: /^core\/|^os\/\w+\.h$/, foreign: (name) => STANDARD.has(name) },
  'os interface': { own: /^os\/\w+\.h$/, foreign: (name) => STANDARD.has(name) },
  'os implementation': { own: /^os\//, foreign: (name) => !NODE.has(name) },
};

function layerOf(file) {
  if (file === 'addon.cc' || file.startsWith('binding/')) return 'binding';
  if (file.startsWith('core/')) return 'core';
  if (/^os\/\w+\.h$/.test(file)) return 'os interface';
  if (/^os\/(linux|posix|darwin|win32)\//.test(file)) return 'os implementation';
  return undefined;
}

const problems = [];
const files = readdirSync('native', { recursive: true })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(cc|h)$/.test(name));

for (const file of files) {
  const layer = layerOf(file);
  if (layer === undefined) {
    problems.push(`native/${file}: belongs to no layer`);
    continue;
  }
  const lines = readFileSync(join('native', file), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    const [, own, foreign] = /^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)/.exec(line) ?? [];
    const { own: ownAllowed, foreign: foreignAllowed } = LAYERS[layer];
    if (own === undefined && foreign === undefined) continue;
    if (own === undefined ? foreignAllowed(foreign) : ownAllowed.test(own)) continue;
    problems.push(`native/${file}:${index + 1}: ${layer} must not include ${own ?? foreign}`);
  }
}

const listed = new Set([...sources.readSections().values()].flat());
for (const file of files.filter((name) => name.endsWith('.cc'))) {
  if (!listed.delete(`native/${file}`)) problems.push(`native/${file}: not in sources.txt`);
}
for (const path of listed) problems.push(`${path}: in sources.txt, but there is no such file`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
