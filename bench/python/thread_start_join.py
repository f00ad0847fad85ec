"""Starts and joins a thread that does nothing. Prints seconds per thread."""

from threading import Thread
from time import perf_counter

COUNT = 3_000


def nothing():
    pass


def run():
    began = perf_counter()
    for _ in range(COUNT):
        thread = Thread(target=nothing)
        thread.start()
        thread.join()
    return (perf_counter() - began) / COUNT


run()
print(run())
