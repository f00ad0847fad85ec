import * as fs from 'node:fs';
import path, { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FunctionSource, takeApart, valueName } from '../../../dist/pickle/functions/index.js';
import { count } from '../../fixtures/functions/shared.js';
import { travel } from './travel.js';

const factor: number = 2;

describe('a function of a test file that vitest transformed travels with', () => {
  test('its variables', () => {
    const { code, values } = takeApart((x: number) => x * factor);
    expect(values).toEqual([2]);
    expect(valueName(code, 0)).toBe('factor');
  });

  test('its imports', () => {
    const job = () => [join('a', 'b'), path.basename('a/b'), typeof fs.statSync, typeof count()];
    const { code, values } = takeApart(job);
    const urls = (code as FunctionSource).imports?.map(({ url }) => url);
    const shared = new URL('../../fixtures/functions/shared.js', import.meta.url).href;
    expect([values, urls]).toEqual([[], ['node:path', 'node:fs', shared]]);
    expect(travel(job)()).toEqual(['a/b', 'b', 'function', 'number']);
  });

  test('import.meta and import()', async () => {
    const job = async () => [import.meta.url, typeof (await import('node:os')).cpus];
    expect(await travel(job)()).toEqual([import.meta.url, 'function']);
  });
});

test('a refusal names the line that was written', () => {
  const here = Number(/:(\d+):\d+\)?$/m.exec(new Error().stack!)![1]);
  // biome-ignore format: the line that is named
  const job = () => [
    1, 2,
    missing,
  ];
  expect(() => takeApart(job)).toThrow(
    `\`missing\`, which not every thread has (line ${here + 4})`,
  );
});

declare const missing: unknown;
