"""Adds one to a shared value under its lock, which nobody else wants. Prints seconds per increment."""

from multiprocessing import Value
from time import perf_counter

COUNT = 500_000


def run(count):
    value = Value("i", 0)
    began = perf_counter()
    for _ in range(count):
        with value:
            value.value += 1
    took = perf_counter() - began
    assert value.value == count
    return took / count


run(50_000)
print(run(COUNT))
