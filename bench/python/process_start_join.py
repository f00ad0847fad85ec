"""Starts by spawn and joins a process that does nothing. Prints seconds per process."""

from multiprocessing import get_context
from time import perf_counter

COUNT = 5


def nothing():
    pass


def run(count):
    context = get_context("spawn")
    began = perf_counter()
    for _ in range(count):
        process = context.Process(target=nothing)
        process.start()
        process.join()
        if process.exitcode != 0:
            raise RuntimeError(f"exit code {process.exitcode}")
    return (perf_counter() - began) / count


if __name__ == "__main__":
    run(1)
    print(run(COUNT))
