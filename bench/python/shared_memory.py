"""Creates segments with names, or attaches to one, tracked as by default. Prints seconds per segment."""

import os
import sys
from multiprocessing.shared_memory import SharedMemory
from time import perf_counter

COUNT = 5_000


def create(count):
    began = perf_counter()
    for i in range(count):
        memory = SharedMemory(f"heddle-bench-{os.getpid()}-{i}", create=True, size=4096)
        memory.buf[0] = 1
        memory.close()
        memory.unlink()
    return (perf_counter() - began) / count


def attach(count):
    memory = SharedMemory(create=True, size=4096)
    memory.buf[0] = 7
    began = perf_counter()
    for _ in range(count):
        attached = SharedMemory(memory.name)
        assert attached.buf[0] == 7
        attached.close()
    took = perf_counter() - began
    memory.close()
    memory.unlink()
    return took / count


run = {"create": create, "attach": attach}[sys.argv[1]]
run(500)
print(run(COUNT))
