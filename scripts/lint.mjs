// Every check of style and structure in one run; with --write, mends what can be mended by itself.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const write = process.argv.includes('--write');

const cpp = ['native', 'test/native'].filter((folder) => existsSync(folder)).flatMap(cppFilesBelow);
const clangFormat = 'node_modules/@wasm-fmt/clang-format/clang-format-cli.cjs';
const formatting = write
  ? [
      ['biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.']],
      ['clang-format', [clangFormat, '-i', ...cpp]],
    ]
  : [
      ['biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
      ['clang-format', [clangFormat, '--dry-run', '--Werror', ...cpp]],
    ];
const arrows = [
  ['arrows of lib/', ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'lib']],
  ['arrows of native/', ['scripts/check-includes.mjs']],
];

let failed = false;
for (const [name, args] of write ? formatting : [...formatting, ...arrows]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status === 0) continue;
  console.error(`lint: ${name} failed`);
  failed = true;
}
process.exitCode = failed ? 1 : 0;

function cppFilesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.(cc|h)$/.test(name))
    .map((name) => join(folder, name));
}
