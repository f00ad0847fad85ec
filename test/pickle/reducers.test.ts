import { dumps, loads, register } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';
import { Foreign, give, Node, Pair, Point, Secret } from '../fixtures/values.js';
import { ways } from './ways.js';

register(Foreign, ({ value }) => [makeForeign, [value]]);
function makeForeign(value: unknown) {
  return { isForeign: true, value };
}

describe.each(ways)('through %s', (_, travel) => {
  test('a reducer that was registered, whose function goes by value', () => {
    const copy = travel([new Foreign(1), new Foreign(2)]);
    expect(copy).toEqual([
      { isForeign: true, value: 1 },
      { isForeign: true, value: 2 },
    ]);
  });

  test('not for subclasses', () => {
    class Stranger extends Foreign {}
    expect(travel(new Stranger(1))).toBeInstanceOf(Foreign);
  });

  test('a state that leads back to the object', () => {
    const [a, b] = [new Node('a'), new Node('b')];
    a.next = b;
    b.next = a;
    const copy = travel({ a, list: [b] }) as { a: Node; list: Node[] };
    expect(copy.a).toBeInstanceOf(Node);
    expect(copy.a.next).toBe(copy.list[0]);
    expect((copy.list[0] as Node).next).toBe(copy.a);
    expect(copy.a).toMatchObject({ name: 'a', isMade: true });
  });

  test('the arguments are whole when the function is called', () => {
    const shared = new Point(3, 4);
    const pair = new Pair(new Pair(shared, new Point(0, 1)), { length: 2 });
    Object.assign(pair.a, { length: 7 });
    const inner = new Pair(shared, shared);
    const copy = travel({ before: shared, inner, list: [inner] });
    expect(copy.inner.sum).toBe(10);
    expect(copy.inner.a).toBe(copy.before);
    expect(copy.list[0]).toBe(copy.inner);
    const nested = travel([new Pair(new Secret('x'), [shared, new Error('y')])]) as never[];
    expect(nested).toHaveLength(1);
  });

  test('arguments whose surroundings lead to the object', () => {
    const child = new Point(1, null) as Point & { parent?: unknown };
    const parent = { child, secret: new Secret('x'), pair: new Pair([1], 'ab') };
    child.parent = parent;
    const copy = travel(parent) as typeof parent;
    expect(copy.child.parent).toBe(copy);
    expect(copy.secret.reveal()).toBe('x');
    expect(copy.pair.sum).toBe(3);
  });

  test('a thing that is known before its reducer says it', () => {
    const shared = new Map([['k', new Point(1, 2)]]);
    const copy = travel([shared, new Foreign(shared)]) as [typeof shared, Foreign];
    expect(copy[1].value).toBe(copy[0]);
    expect(copy[0].get('k')).toBeInstanceOf(Point);
  });
});

test('what a callable returns must be an object', () => {
  class Wrong {
    __reduce__() {
      return [give, [1]];
    }
  }
  expect(() => loads(dumps(new Wrong()))).toThrow(
    "cannot be rebuilt: the reducer's give must return an object, not type number (1)",
  );
});

test('register checks its arguments', () => {
  expect(() => register(1 as never, () => [Map])).toThrow(
    'type must be a function, not type number (1)',
  );
  expect(() => register(Foreign, {} as never)).toThrow('reducer must be a function');
});
