"""Sets, reads and resets a ContextVar. Prints seconds per round."""

from contextvars import ContextVar, copy_context
from time import perf_counter

COUNT = 300_000
variable = ContextVar("variable", default=0)


def run():
    total = 0
    began = perf_counter()
    for _ in range(COUNT):
        token = variable.set(1)
        total += variable.get()
        variable.reset(token)
    return (perf_counter() - began) / COUNT


copy_context().run(run)
print(min(copy_context().run(run) for _ in range(3)))
