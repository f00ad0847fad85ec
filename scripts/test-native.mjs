// Builds the native tests under each sanitizer and runs them.
//   node scripts/test-native.mjs [arguments of the test program, as --test-case='lock*']
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const TIME_LIMIT_MS = 5 * 60 * 1000;

const has = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const generator = has('ninja', '--version') ? ['-G', 'Ninja'] : ['-G', 'Unix Makefiles'];
// The thread sanitizer maps its shadow at fixed addresses, which the kernel's randomised layout may have taken.
const launcher = has('setarch', '-R', 'true') ? ['setarch', '-R'] : [];

for (const sanitizer of ['address', 'thread']) {
  const folder = `build-native-${sanitizer}`;
  console.log(`native tests, ${sanitizer} sanitizer`);
  if (!existsSync(join(folder, 'CMakeCache.txt'))) {
    step('cmake', [
      '-S',
      '.',
      '-B',
      folder,
      ...generator,
      '-DHEDDLE_NATIVE_TESTS=ON',
      `-DHEDDLE_SANITIZE=${sanitizer}`,
    ]);
  }
  step('cmake', ['--build', folder, '--parallel', '--target', 'heddle_native_tests']);
  await runTests([...launcher, join(folder, 'heddle_native_tests'), ...process.argv.slice(2)]);
}

/** Runs a build step; its output is shown only when it fails. */
function step(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  if (status === 0) return;
  console.error(stdout ?? '', stderr ?? '', error?.message ?? '');
  process.exit(1);
}

/** Runs the test program in a process group of its own, so that the time limit also ends what it forked. */
async function runTests([command, ...args]) {
  const child = spawn(command, args, {
    stdio: 'inherit',
    detached: true,
    env: {
      ...process.env,
      TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1:die_after_fork=0',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  });
  const kill = () => process.kill(-child.pid, 'SIGKILL');
  const timer = setTimeout(() => {
    console.error(`native tests: killed after ${TIME_LIMIT_MS / 1000} s`);
    kill();
  }, TIME_LIMIT_MS);
  // The terminal's interrupt does not reach another process group.
  process.once('SIGINT', kill);
  const status = await new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  process.off('SIGINT', kill);
  clearTimeout(timer);
  if (status === 0) return;
  console.error(`native tests: failed (${status})`);
  process.exit(1);
}
