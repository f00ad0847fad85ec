"""Uses a primitive of threading, or a lock of multiprocessing, that nobody else wants. Prints seconds per call or pair of calls."""

import multiprocessing
import sys
import threading
from time import perf_counter

COUNT = 1_000_000


def pairs(make):
    def run(count):
        held = make()
        guarded = 0
        began = perf_counter()
        for _ in range(count):
            held.acquire()
            guarded += 1
            held.release()
        return (perf_counter() - began) / count

    return run


def is_set(count):
    event = threading.Event()
    event.set()
    found = 0
    began = perf_counter()
    for _ in range(count):
        if event.is_set():
            found += 1
    return (perf_counter() - began) / count


kinds = {
    "Lock": pairs(threading.Lock),
    "ProcessLock": pairs(multiprocessing.Lock),
    "RLock": pairs(threading.RLock),
    "Semaphore": pairs(threading.Semaphore),
    "Event": is_set,
}
run = kinds[sys.argv[1]]
run(100_000)
print(run(COUNT))
