import type { Event } from 'heddle/threading';
import { describe, expect, test } from 'vitest';
import type { Kind } from './kinds.js';

/** What every kind of event does. */
export function eventContract({ name, makeEvent, makeParty, parties }: Kind): void {
  describe(`Event (${name})`, () => {
    test('is clear at first; set and clear may be repeated', () => {
      const event = makeEvent();
      expect(event.isSet()).toBe(false);
      event.set();
      event.set();
      expect(event.isSet()).toBe(true);
      event.clear();
      event.clear();
      expect(event.isSet()).toBe(false);
    });

    test('wait returns true at once if it is set', () => {
      const event = makeEvent();
      event.set();
      expect(event.wait()).toBe(true);
      expect(event.wait(0)).toBe(true);
    });

    test('wait returns false after its time-out', () => {
      const event = makeEvent();
      expect(event.wait(0)).toBe(false);
      expect(event.wait(-1)).toBe(false);
      const before = performance.now();
      expect(event.wait({ timeout: 0.02 })).toBe(false);
      expect(performance.now() - before).toBeGreaterThanOrEqual(19.9);
    });

    test('set wakes everybody', () => {
      const [event, done] = [makeEvent(), makeEvent()];
      const wait = (start: Event, end: Event) => {
        start.wait();
        end.set();
      };
      const others = [1, 2, 3].map(() => makeParty({ target: wait, args: [event, done] }));
      for (const one of others) one.start();
      event.set();
      expect(done.wait(10)).toBe(true);
      for (const one of others) one.join();
    });

    test('who waits when it is set and cleared again has got it', async () => {
      const event = makeEvent();
      const waits = [event.waitAsync(), event.waitAsync({ timeout: 10 })];
      event.set();
      event.clear();
      expect(await Promise.all(waits)).toEqual([true, true]);
      expect(event.isSet()).toBe(false);
    });

    test('waitAsync resolves with false after its time-out, and obeys a signal', async () => {
      const event = makeEvent();
      expect(await event.waitAsync({ timeout: 0.02 })).toBe(false);
      const controller = new AbortController();
      const waiting = event.waitAsync({ signal: controller.signal });
      controller.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
    });

    test(`goes to and fro between two ${parties}`, () => {
      const [ping, pong] = [makeEvent(), makeEvent()];
      const answer = (from: Event, to: Event) => {
        for (let i = 0; i < 500; i++) {
          from.wait();
          from.clear();
          to.set();
        }
      };
      const other = makeParty({ target: answer, args: [ping, pong] });
      other.start();
      for (let i = 0; i < 500; i++) {
        ping.set();
        expect(pong.wait(10)).toBe(true);
        pong.clear();
      }
      other.join();
    });
  });
}
