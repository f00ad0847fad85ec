"""Starts by a method and joins a process that does nothing. Prints seconds per process."""

import sys
from multiprocessing import get_context
from time import perf_counter

COUNT = {"spawn": 5, "forkserver": 20}


def nothing():
    pass


def run(method, count):
    context = get_context(method)
    began = perf_counter()
    for _ in range(count):
        process = context.Process(target=nothing)
        process.start()
        process.join()
        if process.exitcode != 0:
            raise RuntimeError(f"exit code {process.exitcode}")
    return (perf_counter() - began) / count


if __name__ == "__main__":
    method = sys.argv[1]
    run(method, 1)
    print(run(method, COUNT[method]))
