"""Items through a queue.Queue to a thread, or with `processes` through a multiprocessing.Queue to a
process: integers, or `objects`. Prints seconds per item."""

import multiprocessing
import queue
import sys
from threading import Thread
from time import perf_counter

COUNT = 50_000


def seven():
    return 7


def make_object():
    return {
        "id": 12345,
        "name": "some item name here",
        "ok": True,
        "score": 3.14259,
        "tags": ["alpha", "beta"],
        "pos": {"x": 1, "y": 2},
    }


def weigh(item):
    return item if isinstance(item, int) else item["id"] + len(item["tags"]) + item["pos"]["y"]


def consume(out, back):
    while count := out.get():
        back.put(sum(weigh(out.get()) for _ in range(count)))


def run(make, out, back):
    began = perf_counter()
    out.put(COUNT)
    for _ in range(COUNT):
        out.put(make())
    assert back.get() == COUNT * weigh(make())
    return (perf_counter() - began) / COUNT


if __name__ == "__main__":
    make = make_object if "objects" in sys.argv else seven
    if "processes" in sys.argv:
        Queue, Consumer = multiprocessing.Queue, multiprocessing.Process
    else:
        Queue, Consumer = queue.Queue, Thread
    out, back = Queue(), Queue()
    consumer = Consumer(target=consume, args=(out, back))
    consumer.start()
    run(make, out, back)
    print(run(make, out, back))
    out.put(0)
    consumer.join()
