"""Submits tasks to a warm pool of two processes, all at once. Prints seconds per task."""

from concurrent.futures import ProcessPoolExecutor
from time import perf_counter

COUNT = 20_000


def identity(value):
    return value


def run(pool, count):
    began = perf_counter()
    futures = [pool.submit(identity, i) for i in range(count)]
    total = sum(future.result() for future in futures)
    seconds = perf_counter() - began
    if total != count * (count - 1) // 2:
        raise RuntimeError(f"a sum of {total}")
    return seconds / count


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        run(pool, 1000)
        print(run(pool, COUNT))
