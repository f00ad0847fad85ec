import { CancelledError, Future, InvalidStateError } from 'heddle/concurrent/futures';
import { RuntimeError } from 'heddle/errors';
import { describe, expect, test, vi } from 'vitest';

describe('Future', () => {
  test('goes from pending over running to finished', () => {
    const future = new Future<number>();
    expect([future.done(), future.running(), future.cancelled()]).toEqual([false, false, false]);
    expect(future.setRunningOrNotifyCancel()).toBe(true);
    expect([future.done(), future.running()]).toEqual([false, true]);
    expect(future.cancel()).toBe(false);
    future.setResult(42);
    expect([future.done(), future.running()]).toEqual([true, false]);
    expect(future.result()).toBe(42);
    expect(future.exception()).toBe(null);
    expect(future.cancel()).toBe(false);
  });

  test('gives what was thrown, whatever it is', async () => {
    const error = new RangeError('no');
    const future = new Future();
    future.setException(error);
    expect(() => future.result()).toThrow(error);
    expect(future.exception()).toBe(error);
    await expect(future).rejects.toBe(error);
    const odd = new Future();
    odd.setException(undefined);
    await expect(odd.resultAsync()).rejects.toBe(undefined);
  });

  test('can be cancelled once and for all', async () => {
    const future = new Future();
    expect(future.cancel()).toBe(true);
    expect(future.cancel()).toBe(true);
    expect(future.cancelled()).toBe(true);
    expect(() => future.result()).toThrow(CancelledError);
    expect(() => future.exception()).toThrow(CancelledError);
    await expect(future).rejects.toThrow(CancelledError);
    expect(future.setRunningOrNotifyCancel()).toBe(false);
    expect(() => future.setRunningOrNotifyCancel()).toThrow(
      new RuntimeError('Future in unexpected state'),
    );
    expect(() => future.setResult(1)).toThrow(InvalidStateError);
  });

  test('is set once', () => {
    const future = new Future<number>();
    future.setResult(1);
    expect(() => future.setResult(2)).toThrow(
      new InvalidStateError('FINISHED: <Future state=finished returned Number>'),
    );
    expect(() => future.setException(new Error())).toThrow(InvalidStateError);
    expect(future.result()).toBe(1);
  });

  test('calls back once, in order, at once when it is done', () => {
    const calls: string[] = [];
    const future = new Future();
    future.addDoneCallback(() => calls.push('first'));
    future.addDoneCallback((done) => calls.push(done === future ? 'second' : 'wrong'));
    expect(calls).toEqual([]);
    future.setResult(0);
    expect(calls).toEqual(['first', 'second']);
    future.addDoneCallback(() => calls.push('third'));
    expect(calls).toEqual(['first', 'second', 'third']);
  });

  test('prints what a callback throws, and goes on', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const future = new Future();
    const calls: string[] = [];
    future.addDoneCallback(() => {
      throw new Error('callback failed');
    });
    future.addDoneCallback(() => calls.push('next'));
    future.cancel();
    expect(calls).toEqual(['next']);
    expect(write.mock.calls.join()).toMatch(/exception calling callback for.*\n.*callback failed/);
    write.mockRestore();
  });

  test('resultAsync obeys a time-out and a signal', async () => {
    const future = new Future();
    await expect(future.resultAsync({ timeout: 0.01 })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    const controller = new AbortController();
    const waiting = future.resultAsync({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  test('blocking for a future that nobody will finish is an error, not a hang', () => {
    expect(() => new Future().result()).toThrow(RuntimeError);
  });
});
