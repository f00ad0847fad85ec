import { inspect } from 'node:util';
import { ValueError } from 'heddle/errors';
import {
  DEBUG,
  getLogger,
  INFO,
  type LogRecord,
  logToStderr,
  NOTSET,
  SUBDEBUG,
  SUBWARNING,
  WARNING,
} from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { warnOnce } from '../../dist/multiprocessing/logging/index.js';
import { runNode } from '../setup/children.js';

const logger = getLogger();

afterEach(() => {
  logger.setLevel(NOTSET);
  for (const handler of logger.handlers) logger.removeHandler(handler);
  vi.restoreAllMocks();
});

/** What is written to this thread's standard error meanwhile. */
function written(act: () => void): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  act();
  return write.mock.calls.map(([text]) => text).join('');
}

/** Attaches a handler that keeps what it gets. */
function keep(level?: number): LogRecord[] {
  const records: LogRecord[] = [];
  const emit = (record: LogRecord) => void records.push(record);
  logger.addHandler(level === undefined ? { emit } : { level, emit });
  return records;
}

describe('the logger', () => {
  test('is one, and has no level at first: warnings pass', () => {
    expect(getLogger()).toBe(logger);
    expect([logger.name, logger.level, logger.getEffectiveLevel()]).toEqual([
      'multiprocessing',
      NOTSET,
      WARNING,
    ]);
    expect([INFO, WARNING].map((level) => logger.isEnabledFor(level))).toEqual([false, true]);
    expect(inspect(logger)).toBe('<Logger multiprocessing (WARNING)>');
  });

  test('takes levels as numbers and names, and nothing else', () => {
    for (const level of [5, 'DEBUG', 'WARN', 'FATAL'] as const) logger.setLevel(level);
    expect(logger.level).toBe(50);
    expect(() => logger.setLevel('SUBDEBUG')).toThrow(new ValueError("Unknown level: 'SUBDEBUG'"));
    expect(() => logger.setLevel('toString')).toThrow(ValueError);
    const wrong = new TypeError('Level not an integer or a valid string: 1.5');
    expect(() => logger.setLevel(1.5)).toThrow(wrong);
    expect(() => logger.log('INFO' as never, 'text')).toThrow(/level must be an integer/);
  });

  test('hands records to its handlers, from its level on', () => {
    const [all, some] = [keep(), keep(WARNING)];
    logger.setLevel(DEBUG);
    logger.log(SUBDEBUG, 'no');
    logger.debug('%d of %s', 1, 'two');
    logger.log(SUBWARNING, 'sub');
    logger.error('bad');
    expect(all.map(({ levelname, message }) => [levelname, message])).toEqual([
      ['DEBUG', '1 of two'],
      ['Level 25', 'sub'],
      ['ERROR', 'bad'],
    ]);
    expect(some.map(({ levelno }) => levelno)).toEqual([40]);
    expect(all[0]).toMatchObject({
      name: 'multiprocessing',
      process: process.pid,
      processName: 'MainProcess',
      threadName: 'MainThread',
    });
    expect(Math.abs((all[0] as LogRecord).created - Date.now() / 1000)).toBeLessThan(60);
  });

  test('does not put together what nobody asks for', () => {
    const text = { toString: vi.fn(() => 'costly') };
    logger.info('%s', text);
    expect(text.toString).not.toHaveBeenCalled();
  });

  test("takes a logger of Node's world, whose methods get the text", () => {
    // Many are event emitters, too.
    const node = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn(), emit: vi.fn() };
    logger.addHandler(node);
    logger.setLevel(SUBDEBUG);
    logger.log(SUBDEBUG, 'a');
    logger.debug('b');
    logger.info('c');
    logger.log(SUBWARNING, 'd');
    logger.warning('e');
    logger.error('f');
    logger.critical('g');
    const texts = ({ mock }: typeof node.info) => mock.calls.map(([text]) => text).join('');
    expect([node.debug, node.info, node.warn, node.error].map(texts)).toEqual([
      'ab',
      'cd',
      'e',
      'fg',
    ]);
    expect(node.emit).not.toHaveBeenCalled();
  });

  test('has a handler once, until it is removed', () => {
    const handler = { emit: vi.fn() };
    logger.addHandler(handler);
    logger.addHandler(handler);
    expect(logger.handlers).toEqual([handler]);
    logger.warning('one');
    logger.removeHandler(handler);
    logger.removeHandler(handler);
    expect(handler.emit).toHaveBeenCalledTimes(1);
    expect(() => logger.addHandler({} as never)).toThrow(/handler must be an object with emit/);
    expect(() => logger.addHandler(null as never)).toThrow(TypeError);
  });

  test('goes on where a handler throws', () => {
    logger.addHandler({
      emit() {
        throw new Error('disk full');
      },
    });
    const records = keep();
    const text = written(() => logger.warning('lost'));
    expect(text).toMatch(/^--- Logging error ---\nError: disk full\n.*Message: lost\n$/s);
    expect(records).toHaveLength(1);
  });

  test('without a handler writes warnings to standard error, as they are', () => {
    logger.setLevel(DEBUG);
    const act = () => {
      logger.info('no');
      logger.warning('yes');
    };
    expect(written(act)).toBe('yes\n');
  });

  test('warns once of the same thing', () => {
    const act = () => {
      warnOnce('it is slow');
      warnOnce('it is slow');
      warnOnce('it is late');
    };
    expect(written(act)).toBe('it is slow\nit is late\n');
  });
});

describe('logToStderr', () => {
  test('writes in the form of Python, and each message once', () => {
    expect(logToStderr()).toBe(logger);
    expect(logToStderr('INFO').level).toBe(INFO);
    logToStderr(0);
    expect(logger.level).toBe(INFO);
    expect(logger.handlers).toHaveLength(1);
    expect(written(() => logger.info('here'))).toBe('[INFO/MainProcess] here\n');
  });

  test('is undone by removing the handler', () => {
    logToStderr();
    for (const handler of logger.handlers) logger.removeHandler(handler);
    expect(logger.handlers).toEqual([]);
  });

  test('changes nothing if the level is wrong', () => {
    expect(() => logToStderr('LOUD')).toThrow(ValueError);
    expect(logger.handlers).toEqual([]);
  });

  test('holds for all threads', () => {
    const thread = new Thread({
      target: () => {
        logToStderr(DEBUG);
      },
    });
    thread.start();
    thread.join();
    expect(logger.level).toBe(DEBUG);
    expect(logger.handlers).toHaveLength(1);
  });
});

describe('a program that logs to standard error', () => {
  const run = (source: string) =>
    runNode([
      '--input-type=module',
      '-e',
      `import * as mp from 'heddle/multiprocessing';\n${source}`,
    ]);

  test('tells of its processes, and of theirs', async () => {
    const { stderr, code } = await run(`
      mp.logToStderr('INFO');
      const target = () => {
        const inner = new mp.Process({ target: () => mp.getLogger().info('inside') });
        inner.start();
        inner.join();
        process.exitCode = 3;
      };
      const child = new mp.Process({ target });
      child.start();
      child.join();
      new mp.Process({ target: () => setInterval(() => {}, 1000), daemon: true, name: 'd' }).start();
    `);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('[INFO/d]'))).toEqual([
      '[INFO/Process-1] child process calling self.run()',
      '[INFO/Process-1:1] child process calling self.run()',
      '[INFO/Process-1:1] inside',
      '[INFO/Process-1:1] process exiting with exitcode 0',
      '[INFO/Process-1:1] process shutting down',
      '[INFO/Process-1] process exiting with exitcode 3',
      '[INFO/Process-1] process shutting down',
      '[INFO/MainProcess] process shutting down',
      '[INFO/MainProcess] calling terminate() for daemon d',
    ]);
    expect(code).toBe(0);
  });

  test('is silent about that by default, and shows warnings with the name that a process has', async () => {
    const { stderr } = await run(`
      mp.logToStderr();
      const target = () => {
        mp.currentProcess().name = 'renamed';
        mp.getLogger().warning('%s', 'careful');
      };
      const child = new mp.Process({ target });
      child.start();
      child.join();
    `);
    expect(stderr).toBe('[WARNING/renamed] careful\n');
  });
});
