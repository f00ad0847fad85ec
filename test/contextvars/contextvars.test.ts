import { inspect } from 'node:util';
import { Context, ContextVar, copyContext, Token } from 'heddle/contextvars';
import { KeyError, LookupError, RuntimeError, ValueError } from 'heddle/errors';
import { dumps } from 'heddle/pickle';
import { describe, expect, test } from 'vitest';

/** What a function throws. */
function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error('it threw nothing');
}

// Numbers are those of conformance.md.
describe('ContextVar', () => {
  test('has a name, which must be a string (94)', () => {
    const variable = new ContextVar('aaa');
    expect(variable.name).toBe('aaa');
    expect(() => Object.assign(variable, { name: 'bbb' })).toThrow(TypeError);
    // @ts-expect-error: no name
    expect(() => new ContextVar()).toThrow(TypeError);
    // @ts-expect-error: not a string
    expect(() => new ContextVar(1)).toThrow(/^context variable name must be a string/);
    // @ts-expect-error: an unknown option
    expect(() => new ContextVar('a', { fallback: 1 })).toThrow("unknown option 'fallback'");
  });

  test('cannot be extended, nor can Context and Token (94)', () => {
    class MyVar extends ContextVar {}
    class MyContext extends Context {}
    class MyToken extends Token {}
    expect(() => new MyVar('a')).toThrow(
      new TypeError("type 'ContextVar' is not an acceptable base type"),
    );
    expect(() => new MyContext()).toThrow(
      new TypeError("type 'Context' is not an acceptable base type"),
    );
    expect(() => new MyToken()).toThrow(
      new TypeError("type 'Token' is not an acceptable base type"),
    );
  });

  test('get: the value, else the argument, else the default, else a LookupError (95)', () => {
    const plain = new ContextVar('plain');
    expect(thrownBy(() => plain.get())).toEqual(new LookupError("<ContextVar name='plain'>"));
    expect(plain.get(null)).toBe(null);
    expect(plain.get(undefined)).toBe(undefined);
    const withDefault = new ContextVar('with', { default: 42 });
    expect(withDefault.get()).toBe(42);
    expect(withDefault.get(1)).toBe(1);
    expect(new ContextVar('u', { default: undefined }).get()).toBe(undefined);
    withDefault.set(7);
    expect([withDefault.get(), withDefault.get(1)]).toEqual([7, 7]);
  });

  test('set returns a token; reset restores, also to no value (96)', () => {
    const variable = new ContextVar<unknown>('c');
    const first = variable.set(42);
    expect(first.var).toBe(variable);
    expect(first.oldValue).toBe(Token.MISSING);
    const second = variable.set('spam');
    expect(second.oldValue).toBe(42);
    variable.reset(second);
    expect(variable.get()).toBe(42);
    variable.reset(first);
    expect(variable.get('none')).toBe('none');
    expect(first.oldValue).toBe(Token.MISSING);
  });

  test('reset leaves what was set to other variables since (96)', () => {
    const [a, b] = [new ContextVar('a'), new ContextVar('b')];
    const first = a.set(1);
    b.set(2);
    a.reset(first);
    expect([a.get(0), b.get(0)]).toEqual([0, 2]);
    const second = b.set(3);
    a.set(4);
    b.reset(second);
    expect([a.get(0), b.get(0)]).toEqual([4, 2]);
  });

  test('reset to no value where it has none by now is no error (96)', () => {
    const variable = new ContextVar('v');
    const outer = variable.set(1);
    const inner = variable.set(2);
    variable.reset(outer);
    variable.reset(inner);
    expect(variable.get()).toBe(1);
  });

  test('a token is good once (97)', () => {
    const variable = new ContextVar<unknown>('v');
    const token = variable.set(1);
    variable.reset(token);
    variable.set(2);
    expect(thrownBy(() => variable.reset(token))).toEqual(
      new RuntimeError("<Token used var=<ContextVar name='v'>> has already been used once"),
    );
    expect(variable.get()).toBe(2);
  });

  test('a token is good for its own variable (97)', () => {
    const [v1, v2] = [new ContextVar('v1'), new ContextVar('v2')];
    const token = v1.set(42);
    expect(thrownBy(() => v2.reset(token))).toEqual(
      new ValueError("<Token var=<ContextVar name='v1'>> was created by a different ContextVar"),
    );
    v1.reset(token);
  });

  test('a token is good in its own context (97)', () => {
    const variable = new ContextVar('c', { default: 42 });
    const token = new Context().run(() => variable.set(1));
    const message =
      "<Token var=<ContextVar name='c' default=42>> was created in a different Context";
    expect(thrownBy(() => variable.reset(token))).toEqual(new ValueError(message));
    const own = variable.set(2);
    copyContext().run(() => expect(() => variable.reset(own)).toThrow(ValueError));
    variable.reset(own);
  });

  test('reset takes nothing but tokens, and nobody else makes them (97)', () => {
    // @ts-expect-error: no token
    expect(() => new ContextVar('v').reset(1)).toThrow(
      new TypeError('expected an instance of Token, got 1'),
    );
    expect(() => new Token()).toThrow(
      new RuntimeError('Tokens can only be created by ContextVars'),
    );
  });

  test('shows its name and default, also if that leads to itself', () => {
    expect(inspect(new ContextVar("it's", { default: 'x' }))).toBe(
      `<ContextVar name="it's" default='x'>`,
    );
    const list: unknown[] = [];
    list.push(new ContextVar('a', { default: list }));
    expect(inspect(list)).toMatch(/^\[ <ContextVar name='a' default=.*\.\.\..*> \]$/);
    expect(inspect(Token.MISSING)).toBe('<Token.MISSING>');
  });
});

describe('Context', () => {
  test('copyContext is a snapshot, and a copy is independent (98)', () => {
    const variable = new ContextVar('c', { default: 42 });
    const context = new Context();
    context.run(() => {
      variable.set(10);
      const copy = context.copy();
      expect(copy.get(variable)).toBe(10);
      variable.set(20);
      expect([context.get(variable), copy.get(variable)]).toEqual([20, 10]);
      expect(copyContext().get(variable)).toBe(20);
      copy.run(() => {
        expect(variable.get()).toBe(10);
        variable.set(30);
      });
      expect([context.get(variable), copy.get(variable), variable.get()]).toEqual([20, 30, 20]);
    });
  });

  test('run: passes arguments and the result, and what is set stays in it (99)', () => {
    const variable = new ContextVar('var');
    const context = new Context();
    expect(context.run((a: number, b: number) => a + b, 1, 2)).toBe(3);
    context.run(() => variable.set('spam'));
    expect(variable.get(null)).toBe(null);
    expect(context.get(variable)).toBe('spam');
    expect(context.run(() => variable.get())).toBe('spam');
    // @ts-expect-error: no function
    expect(() => context.run(1)).toThrow(/^callable must be a function/);
  });

  test('run: an error passes, and the context is left (99)', () => {
    const variable = new ContextVar('var');
    const context = new Context();
    const fail = () => {
      variable.set('spam');
      throw new Error('failed');
    };
    expect(() => context.run(fail)).toThrow('failed');
    expect(variable.get(null)).toBe(null);
    expect(context.get(variable)).toBe('spam');
    context.run(() => {});
  });

  test('run: contexts may be nested, each with its own values (99)', () => {
    const variable = new ContextVar('var');
    const [outer, inner] = [new Context(), new Context()];
    outer.run(() => {
      variable.set('spam');
      inner.run(() => {
        expect(variable.get(null)).toBe(null);
        expect(outer.get(variable)).toBe('spam');
        variable.set('ham');
      });
      expect(variable.get()).toBe('spam');
      expect(copyContext().equals(outer)).toBe(true);
    });
    expect(inner.get(variable)).toBe('ham');
  });

  test('run: a context that is entered cannot be entered (99)', () => {
    const context = new Context();
    const again = () => context.run(() => {});
    const expected = new RuntimeError(
      'cannot enter context: <Context of 0 values> is already entered',
    );
    expect(context.run(() => thrownBy(again))).toEqual(expected);
    expect(context.run(() => new Context().run(() => thrownBy(again)))).toEqual(expected);
    again();
  });

  test('is a mapping of variables to values (100)', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new ContextVar<number>(name, { default: 0 }));
    if (!a || !b || !c) throw new Error('unreachable');
    const context = new Context();
    expect([context.length, [...context]]).toEqual([0, []]);
    context.run(() => {
      a.set(1);
      b.set(2);
    });
    expect(context.length).toBe(2);
    expect(new Set(context)).toEqual(new Set([a, b]));
    expect(context.keys()).toEqual([...context]);
    expect(new Map(context.items())).toEqual(
      new Map([
        [a, 1],
        [b, 2],
      ]),
    );
    expect(context.values()).toEqual(context.keys().map((key) => context.get(key)));
    expect([context.has(a), context.has(c)]).toEqual([true, false]);
    expect([context.get(a), context.get(c), context.get(c, 'x')]).toEqual([1, undefined, 'x']);
    expect(context.getItem(b)).toBe(2);
  });

  test('a variable that it has not is a KeyError; another key a TypeError (100)', () => {
    const context = new Context();
    const variable = new ContextVar('v');
    expect(thrownBy(() => context.getItem(variable))).toEqual(
      new KeyError("<ContextVar name='v'>"),
    );
    const expected = new TypeError("a ContextVar key was expected, got 'x'");
    const key = 'x' as unknown as ContextVar;
    expect(() => context.getItem(key)).toThrow(expected);
    expect(() => context.get(key)).toThrow(expected);
    expect(() => context.has(key)).toThrow(expected);
    // @ts-expect-error: no arguments
    expect(() => new Context(1)).toThrow(new TypeError('Context() does not accept any arguments'));
  });

  test('is equal to one with the same contents (100)', () => {
    const [a, b] = [new ContextVar('a'), new ContextVar('b')];
    const [one, other] = [new Context(), new Context()];
    expect(one.equals(other)).toBe(true);
    one.run(() => [a.set(Number.NaN), b.set('x')]);
    expect(one.equals(other)).toBe(false);
    other.run(() => [b.set('x'), a.set(Number.NaN)]);
    expect(one.equals(other)).toBe(true);
    other.run(() => a.set(0));
    expect(one.equals(other)).toBe(false);
    // @ts-expect-error: no Context
    expect(one.equals({})).toBe(false);
  });

  test('holds what it is told, however many variables there are', () => {
    const variables = Array.from({ length: 3000 }, (_, i) => new ContextVar<number>(`v${i}`));
    const pick = seeded(20_000);
    const context = new Context();
    const expected = new Map<ContextVar<number>, number>();
    const tokens: Token<number>[] = [];
    for (let round = 0; round < 5; round++) {
      context.run(() => {
        for (let i = 0; i < 2000; i++) {
          const variable = variables[pick() % variables.length] as ContextVar<number>;
          tokens.push(variable.set(i));
          expected.set(variable, i);
          if (pick() % 3 > 0) continue;
          const index = pick() % tokens.length;
          const [token] = tokens.splice(index, 1) as [Token<number>];
          token.var.reset(token);
          if (token.oldValue === Token.MISSING) expected.delete(token.var);
          else expected.set(token.var, token.oldValue as number);
        }
      });
      expect(new Map(context.items())).toEqual(expected);
      expect(context.length).toBe(expected.size);
      expect(variables.every((v) => context.get(v) === expected.get(v))).toBe(true);
    }
    context.run(() => {
      for (const token of tokens.toReversed()) token.var.reset(token);
    });
  });

  test('cannot become bytes, nor can variables and tokens', () => {
    for (const value of [new Context(), new ContextVar('v')]) {
      expect(() => dumps(value)).toThrow(/can only be handed to other threads/);
    }
    expect(() => dumps(new ContextVar('v').set(1))).toThrow(/stays in the thread that made it/);
  });
});

/** Numbers that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 8;
  };
}
