// Structures and arrays have the bytes that ctypes gives them.
import { arrayOf, bytesOf, RawValue, Structure } from 'heddle/multiprocessing/sharedctypes';
import { describe, expect, test } from 'vitest';
import { askPython, pythons } from './pythons.js';

type Type = string | { array: Type; length: number } | StructureOf;
type StructureOf = { fields: [string, Type][]; pack?: number; extends?: StructureOf };

const PROGRAM = `
import ctypes, json, sys
codes = {'c': ctypes.c_char, 'b': ctypes.c_byte, 'B': ctypes.c_ubyte, 'h': ctypes.c_short,
         'H': ctypes.c_ushort, 'i': ctypes.c_int, 'I': ctypes.c_uint, 'l': ctypes.c_long,
         'L': ctypes.c_ulong, 'q': ctypes.c_longlong, 'Q': ctypes.c_ulonglong,
         'f': ctypes.c_float, 'd': ctypes.c_double, '?': ctypes.c_bool, 'u': ctypes.c_wchar}
def type_of(t):
    if isinstance(t, str): return codes[t]
    if 'array' in t: return type_of(t['array']) * t['length']
    body = {}
    if 'pack' in t: body['_pack_'] = t['pack']
    body['_fields_'] = [(name, type_of(of)) for name, of in t['fields']]
    base = type_of(t['extends']) if 'extends' in t else ctypes.Structure
    return type('S', (base,), body)
def value_of(t, v, in_array=False):
    if t in ('f', 'd', '?', 'u'): return v
    if isinstance(t, str): return int(v)
    if 'array' in t:
        if isinstance(v, str):
            if not in_array: return v.encode() if t['array'] == 'c' else v
            text = type_of_cached(t)()
            text.value = v.encode() if t['array'] == 'c' else v
            return text
        return type_of_cached(t)(*[value_of(t['array'], x, True) for x in v])
    return type_of_cached(t)(*[value_of(of, x) for (_, of), x in zip(all_fields(t), v)])
def all_fields(t):
    return (all_fields(t['extends']) if 'extends' in t else []) + t['fields']
cache = {}
def type_of_cached(t):
    return cache[json.dumps(t)]
# A type of ctypes is equal to itself only, so each is made once.
plain = type_of
def type_of(t):
    key = json.dumps(t)
    if key not in cache: cache[key] = plain(t)
    return cache[key]
result = []
for t, v in json.load(sys.stdin):
    type_of(t)
    made = value_of(t, v)
    result.append([ctypes.sizeof(made), ctypes.alignment(type_of(t)), bytes(made).hex()])
print(json.dumps(result))
`;

/** The same numbers in each run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const CODES = 'cbBhHiIlLqQfd?u';

function randomStructure(random: (below: number) => number, depth: number): StructureOf {
  const count = 1 + random(6);
  const made: StructureOf = { fields: [] };
  if (depth === 0 && random(4) === 0) {
    made.extends = { fields: [['base', CODES[random(CODES.length)] as string]] };
  } else if (random(4) === 0) {
    made.pack = 2 ** random(4);
  }
  for (let i = 0; i < count; i++) made.fields.push([`f${i}`, randomType(random, depth + 1)]);
  return made;
}

function randomType(random: (below: number) => number, depth: number): Type {
  const kind = random(10);
  if (depth < 3 && kind === 0) return randomStructure(random, depth);
  if (depth < 4 && kind <= 3) {
    return { array: randomType(random, depth + 1), length: 1 + random(4) };
  }
  return CODES[random(CODES.length)] as string;
}

function fieldsOf(type: StructureOf): [string, Type][] {
  return [...(type.extends ? fieldsOf(type.extends) : []), ...type.fields];
}

/** As JSON has it; large integers are strings. */
function randomValue(random: (below: number) => number, type: Type): unknown {
  if (typeof type === 'object' && 'array' in type) {
    const { array, length } = type;
    if (array === 'c' || array === 'u') return 'xyzw'.slice(0, random(length + 1));
    return Array.from({ length: random(length + 1) }, () => randomValue(random, array));
  }
  if (typeof type === 'object') return fieldsOf(type).map(([, of]) => randomValue(random, of));
  if (type === '?') return random(2) === 1;
  if (type === 'u') return ['a', 'é', '𝄞'][random(3)];
  if (type === 'c') return String(random(256));
  if (type === 'd' || type === 'f') return (random(1000) - 500) / 7;
  // Beyond what most hold: both cut it off.
  return String(BigInt(random(2 ** 32)) * 5_000_000_007n - 2n ** 40n);
}

/** What Python's program does with a type. */
function toType(type: Type): unknown {
  if (typeof type === 'string') return type;
  if ('array' in type) return arrayOf(toType(type.array), type.length);
  const { fields, pack } = type;
  const base = (type.extends ? toType(type.extends) : Structure) as typeof Structure;
  return class extends base {
    static override _fields_ = fields.map(([name, of]) => [name, toType(of)]);
    static override _pack_ = pack;
  };
}

function toValue(type: Type, value: unknown): unknown {
  if (typeof type === 'object' && 'array' in type) {
    const { array } = type;
    if (typeof value === 'string') return value;
    return (value as unknown[]).map((item) => toValue(array, item));
  }
  if (typeof type === 'object') {
    return fieldsOf(type).map(([, of], i) => toValue(of, (value as unknown[])[i]));
  }
  if (type === 'c') return Number(value);
  return typeof value === 'string' && type !== 'u' ? BigInt(value) : value;
}

describe.skipIf(pythons.length === 0).each(pythons)('CPython $version', (python) => {
  test('has the same bytes for structures of all kinds', () => {
    const random = makeRandom(Number(python.version.slice(2)));
    const cases = Array.from({ length: 300 }, () => {
      const type = randomStructure(random, 0);
      return [type, randomValue(random, type)] as const;
    });
    const answers = askPython(python, PROGRAM, cases) as [number, number, string][];
    for (const [i, [type, value]] of cases.entries()) {
      const made = RawValue(
        toType(type) as typeof Structure,
        ...(toValue(type, value) as unknown[]),
      );
      const bytes = bytesOf(made);
      expect([bytes.length, bytes.toString('hex')], JSON.stringify([type, value])).toEqual([
        answers[i]?.[0],
        answers[i]?.[2],
      ]);
    }
  });
});
