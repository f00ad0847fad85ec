import { readFileSync } from 'node:fs';
import {
  JoinableQueue,
  Process,
  Queue as SharedQueue,
  SimpleQueue as SharedSimpleQueue,
} from 'heddle/multiprocessing';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { addon } from '../../../dist/_native/index.js';
import { adopt } from '../../../dist/_thread/index.js';
import { type Kind, OF_PROCESSES, OF_THREADS, type Party } from '../kinds.js';

/** What every queue with a limit has. */
export type LimitedQueue<T = number> = Pick<
  Queue<T>,
  'qsize' | 'empty' | 'full' | 'put' | 'putNowait' | 'putAsync' | 'get' | 'getNowait' | 'getAsync'
>;
/** One that knows its tasks, too. */
export type TaskQueue<T = number> = LimitedQueue<T> &
  Pick<Queue<T>, 'taskDone' | 'join' | 'joinAsync'>;
/** What a party tells by, and any queue of items. */
export interface Report<T = unknown> {
  put(item: T): void;
  get(): T;
  empty(): boolean;
}

/** A kind of queue, and in what order numbers come out that were put before any was got. */
export interface QueueKind<Q extends LimitedQueue = LimitedQueue>
  extends Pick<Kind, 'party' | 'parties' | 'hasLoop' | 'makeParty'> {
  name: string;
  make(maxsize?: number): Q;
  makeReport<T = unknown[]>(): Report<T>;
  sorted(items: number[]): number[];
}

const firstIn = (items: number[]) => items;
const threads = {
  ...(OF_THREADS[0] as Kind),
  makeReport: <T>() => new SimpleQueue<T>(),
};

/** Those of `heddle/queue`. */
export const OF_QUEUE: QueueKind<Queue<number>>[] = [
  { ...threads, name: 'Queue', make: (maxsize) => new Queue(maxsize), sorted: firstIn },
  {
    ...threads,
    name: 'Queue, in shared memory',
    make: (maxsize = 0) =>
      Number.isInteger(maxsize)
        ? new Queue({ [adopt]: addon.createChannel(true, maxsize, 0, true) } as never)
        : new Queue(maxsize),
    sorted: firstIn,
  },
  {
    ...threads,
    name: 'LifoQueue',
    make: (maxsize) => new LifoQueue(maxsize),
    sorted: (items) => items.toReversed(),
  },
  {
    ...threads,
    name: 'PriorityQueue',
    make: (maxsize) => new PriorityQueue(maxsize),
    sorted: (items) => items.toSorted((a, b) => a - b),
  },
];

const makeReport = <T>() => new SharedSimpleQueue<T>();

/** The `Queue` of `heddle/multiprocessing`, with threads and with processes. */
export const OF_MULTIPROCESSING: QueueKind[] = OF_PROCESSES.map((kind) => ({
  ...kind,
  name: `Queue (${kind.name})`,
  make: (maxsize) => new SharedQueue(maxsize),
  makeReport,
  sorted: firstIn,
}));

/** Its `JoinableQueue`. */
export const JOINABLE: QueueKind<TaskQueue>[] = OF_PROCESSES.map((kind) => ({
  ...kind,
  name: `JoinableQueue (${kind.name})`,
  make: (maxsize) => new JoinableQueue(maxsize),
  makeReport,
  sorted: firstIn,
}));

type Told = Report<unknown[]>;

/** Starts somebody else. */
export function start<A extends unknown[]>(
  { makeParty }: Pick<QueueKind, 'makeParty'>,
  target: (...args: A) => unknown,
  ...args: A
): Party {
  const party = makeParty({ target, args });
  if (party instanceof Thread) party.daemon = true;
  party.start();
  return party;
}

/** Starts somebody who says that he is ready, and then blocks: until he does. */
export async function startBlocked<A extends unknown[]>(
  kind: Pick<QueueKind, 'makeParty'>,
  target: (report: Told, ...args: A) => unknown,
  report: Told,
  ...args: A
): Promise<Party> {
  const party = start(kind, target, report, ...args);
  report.get();
  const [pid, thread] =
    party instanceof Process ? [party.pid, party.pid] : [process.pid, (party as Thread).nativeId];
  while (!/^S/.test(stateOf(`/proc/${pid}/task/${thread}`))) await new Promise(setImmediate);
  return party;
}

/** The letter for what a thread does, as `/proc` has it. */
export function stateOf(folder: string): string {
  const stat = readFileSync(`${folder}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2);
}

// What somebody else does: they tell what a call came to, after 'ready'.
export const tellGet = (report: Told, queue: LimitedQueue) => {
  report.put(['ready']);
  try {
    report.put(['got', queue.get()]);
  } catch (error) {
    report.put([(error as Error).name, (error as Error).message]);
  }
};
export const tellPut = (report: Told, queue: LimitedQueue, item: number) => {
  report.put(['ready']);
  try {
    queue.put(item);
    report.put(['put', item]);
  } catch (error) {
    report.put([(error as Error).name, (error as Error).message]);
  }
};
export const tellJoin = (report: Told, queue: TaskQueue) => {
  report.put(['ready']);
  queue.join();
  report.put(['joined', 0]);
};

export function drain(queue: LimitedQueue): number[] {
  const items: number[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

export const range = (count: number) => Array.from({ length: count }, (_, i) => i);
export const ascending = (items: unknown[]) => (items as number[]).sort((a, b) => a - b);

/** An error's class and message. */
export const caught = async (call: () => unknown) => {
  try {
    await call();
    return 'nothing';
  } catch (error) {
    return [(error as Error).constructor, (error as Error).message];
  }
};
