// Prints the C++ sources of one platform from native/sources.txt, for binding.gyp and CMakeLists.txt.
//   node scripts/sources.cjs linux
// Lines of sources.txt are paths below native/, `# comments`, or a `[section]`: all, posix, linux, darwin, win32.
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const SECTIONS = {
  linux: ['all', 'posix', 'linux'],
  darwin: ['all', 'posix', 'darwin'],
  win32: ['all', 'win32'],
};

// gyp says mac and win, CMake says Linux, Darwin and Windows.
const ALIASES = { mac: 'darwin', win: 'win32', windows: 'win32' };

/** The sources of each section, as paths from the root of the repository with forward slashes. */
function readSections() {
  const sections = new Map();
  let current;
  for (const raw of readFileSync(join(__dirname, '../native/sources.txt'), 'utf8').split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') continue;
    const header = /^\[(\w+)\]$/.exec(line);
    if (header) {
      current = header[1];
      if (!sections.has(current)) sections.set(current, []);
    } else {
      if (current === undefined)
        throw new Error(`sources.txt: ${line} stands before any [section]`);
      sections.get(current).push(`native/${line}`);
    }
  }
  return sections;
}

/** The sources of a platform, under Node's, gyp's or CMake's name for it. */
function sourcesFor(name) {
  const lower = name.toLowerCase();
  const wanted = SECTIONS[ALIASES[lower] ?? lower];
  if (wanted === undefined) throw new Error(`heddle has no sources for platform ${name}`);
  const sections = readSections();
  return wanted.flatMap((section) => sections.get(section) ?? []);
}

module.exports = { readSections };

if (require.main === module) console.log(sourcesFor(process.argv[2]).join('\n'));
