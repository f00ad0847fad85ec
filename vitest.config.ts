import { defineConfig } from 'vitest/config';

// `vitest run` leaves out test/stress; `vitest run --mode stress` runs nothing else.
export default defineConfig(({ mode }) => ({
  // Not in node_modules, where the demo reads.
  cacheDir: 'build/.vite',
  test: {
    include: [mode === 'stress' ? 'test/stress/**/*.test.ts' : 'test/**/*.test.ts'],
    exclude: mode === 'stress' ? [] : ['test/stress/**'],
    pool: 'forks',
    setupFiles: ['test/setup/watchdog.ts'],
    testTimeout: mode === 'stress' ? 120_000 : 20_000,
    // Node itself loads these, not vitest: threads and child processes must meet the very same modules.
    server: { deps: { external: [/\/(dist|scripts|test\/fixtures)\//] } },
  },
}));
