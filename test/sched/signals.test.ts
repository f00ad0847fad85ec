import { expect, test } from 'vitest';
import { Program } from '../hang/program.js';

test('a run that sleeps on the main thread gets a KeyboardInterrupt, and keeps its events', async () => {
  const program = new Program('schedules.js', []);
  await program.said('sleeping');
  await program.blocked(1);
  program.kill('SIGINT');
  const { code, lines, hungIn } = await program.ended();
  expect({ code, hungIn }).toEqual({ code: 0, hungIn: '' });
  expect(lines.slice(0, 3)).toEqual(['sleeping', 'KeyboardInterrupt', 'null']);
});
