"""Enters events with random delays, and runs them in simulated time. Prints seconds per event."""

from random import random
from sched import scheduler
from time import perf_counter

COUNT = 10_000
delays = [random() for _ in range(COUNT)]
now = 0.0
called = 0


def delayfunc(delay):
    global now
    now += delay


def action():
    global called
    called += 1


def run():
    global now, called
    now, called = 0.0, 0
    began = perf_counter()
    s = scheduler(lambda: now, delayfunc)
    for delay in delays:
        s.enter(delay, 1, action)
    s.run()
    assert called == COUNT
    return (perf_counter() - began) / COUNT


run()
print(min(run() for _ in range(3)))
