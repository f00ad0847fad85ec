"""Acquires and releases a lock of multiprocessing that nobody else wants. Prints seconds per pair."""

from multiprocessing import Lock
from time import perf_counter

COUNT = 2_000_000


def run(count):
    lock = Lock()
    guarded = 0
    began = perf_counter()
    for _ in range(count):
        lock.acquire()
        guarded += 1
        lock.release()
    return (perf_counter() - began) / count


run(100_000)
print(run(COUNT))
