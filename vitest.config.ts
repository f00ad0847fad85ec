import { defineConfig } from 'vitest/config';

const WATCHDOG = 'test/setup/watchdog.ts';
/** They choose how processes are started, or run programs that do, or start hardly any. */
const NOT_SPAWNED = [
  'test/multiprocessing/forkserver/**',
  'test/multiprocessing/connection/{challenge,framing,fuzz}.test.ts',
  'test/multiprocessing/{fork,primitives,queue-contracts,start-methods,programs}.test.ts',
  'test/multiprocessing/{process-native,shareable-list,shared-memory,sharedctypes}.test.ts',
];

// `vitest run` leaves out test/stress; `vitest run --mode stress` runs nothing else. The tests of
// processes run twice: with forked ones, and (`--project spawn`) with spawned ones.
export default defineConfig(({ mode }) => ({
  // Not in node_modules, where the demo reads.
  cacheDir: 'build/.vite',
  test: {
    pool: 'forks',
    setupFiles: [WATCHDOG],
    testTimeout: mode === 'stress' ? 120_000 : 20_000,
    // Node itself loads these, not vitest: threads and child processes must meet the very same modules.
    server: { deps: { external: [/\/(dist|scripts|test\/fixtures)\//] } },
    ...(mode === 'stress'
      ? { include: ['test/stress/**/*.test.ts'] }
      : {
          projects: [
            {
              extends: true,
              test: {
                name: 'all',
                include: ['test/**/*.test.ts'],
                exclude: ['test/stress/**'],
                setupFiles: [WATCHDOG, 'test/setup/forked.ts'],
              },
            },
            {
              extends: true,
              test: {
                name: 'spawn',
                include: [
                  'test/multiprocessing/**/*.test.ts',
                  'test/concurrent/futures/*process-pool*.test.ts',
                ],
                exclude: NOT_SPAWNED,
                setupFiles: [WATCHDOG, 'test/setup/spawned.ts'],
              },
            },
          ],
        }),
  },
}));
