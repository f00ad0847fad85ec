// Shared memory and lists in it, written by one language and read by the other.
import { ShareableList, SharedMemory } from 'heddle/multiprocessing/shared-memory';
import { describe, expect, test } from 'vitest';
import { askPython, pythons } from './pythons.js';

// The tracker of an unrelated CPython would unlink what it has only attached to.
const UNTRACKED = `
import json, sys
from multiprocessing import resource_tracker, shared_memory
given = json.load(sys.stdin)
def attach(cls, **how):
    made = cls(**how)
    shm = getattr(made, 'shm', made)
    resource_tracker.unregister(shm._name, 'shared_memory')
    return made
`;

const READ_LIST = `${UNTRACKED}
items = attach(shared_memory.ShareableList, name=given)
seen = [[type(x).__name__, x.hex() if isinstance(x, bytes) else x] for x in items]
print(json.dumps([seen, items.format]))
items.shm.close()
`;

const CHANGE_LIST = `${UNTRACKED}
items = attach(shared_memory.ShareableList, name=given)
items[0] = 'weft'
items[1] = None
items[2] = b'\\x01\\x02'
items[3] = -2 ** 62
items[4] = 0.25
items[5] = True
items.shm.close()
print('null')
`;

const MAKE_LIST = `${UNTRACKED}
items = shared_memory.ShareableList([1, -2.5, True, None, 'wörp', b'\\x00\\xff', 2 ** 60, '', 'x' * 100])
resource_tracker.unregister(items.shm._name, 'shared_memory')
items.shm.close()
print(json.dumps(items.shm.name))
`;

const BYTES = `${UNTRACKED}
shm = attach(shared_memory.SharedMemory, name=given)
seen = [shm.size, bytes(shm.buf[:5]).decode()]
shm.buf[0:4] = b'weft'
shm.close()
print(json.dumps(seen))
`;

describe.skipIf(pythons.length === 0).each(pythons)('CPython $version', (python) => {
  test('reads and writes the bytes of a SharedMemory', () => {
    using memory = new SharedMemory({ create: true, size: 10 });
    memory.buf.write('hello');
    expect(askPython(python, BYTES, memory.name)).toEqual([10, 'hello']);
    expect(memory.buf.toString('latin1', 0, 5)).toBe('wefto');
    memory.unlink();
  });

  // CPython 3.8 knows its own layout only.
  test.skipIf(python.version === '3.8')('reads a list', () => {
    const list = new ShareableList([
      1,
      -2.5,
      true,
      null,
      'é'.repeat(7),
      Buffer.from('a\0b'),
      2n ** 60n,
      '',
    ]);
    const [seen, format] = askPython(python, READ_LIST, list.shm.name) as [
      [string, unknown][],
      string,
    ];
    expect(seen).toEqual([
      ['int', 1],
      ['float', -2.5],
      ['bool', true],
      ['NoneType', null],
      ['str', 'é'.repeat(7)],
      ['bytes', '610062'],
      ['int', Number(2n ** 60n)],
      ['str', ''],
    ]);
    expect(format).toBe(list.format);
    list.shm.close();
    list.shm.unlink();
  });

  test.skipIf(python.version === '3.8')('writes a list, in which types change', () => {
    const list = new ShareableList(['text', 'a', 1, null, false, 2.5]);
    askPython(python, CHANGE_LIST, list.shm.name);
    expect([...list]).toEqual(['weft', null, Buffer.from([1, 2]), -(2n ** 62n), 0.25, true]);
    list.shm.close();
    list.shm.unlink();
  });

  test('makes a list', () => {
    const name = askPython(python, MAKE_LIST, null) as string;
    const list = new ShareableList(null, { name });
    expect([...list]).toEqual([
      1,
      -2.5,
      true,
      null,
      'wörp',
      Buffer.from([0, 255]),
      2n ** 60n,
      '',
      'x'.repeat(100),
    ]);
    list.set(0, 'seven');
    list.set(8, null);
    expect([list.get(0), list.get(7), list.get(8)]).toEqual(['seven', '', null]);
    list.shm.close();
    list.shm.unlink();
  });
});
