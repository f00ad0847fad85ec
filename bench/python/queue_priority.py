"""Numbers into a queue.PriorityQueue (or, with `lifo`, LifoQueue) and out of it. Prints seconds each."""

import sys
from queue import LifoQueue, PriorityQueue
from time import perf_counter

COUNT = 100_000


def run(queue):
    began = perf_counter()
    for i in range(COUNT):
        queue.put(i * 7919 % COUNT)
    for _ in range(COUNT):
        queue.get()
    return (perf_counter() - began) / COUNT


queue = LifoQueue() if sys.argv[1:] == ["lifo"] else PriorityQueue()
run(queue)
print(run(queue))
