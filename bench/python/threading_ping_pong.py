"""Two threads take turns, by a Condition or by two Events. Prints seconds per round trip."""

import sys
import threading
from time import perf_counter

COUNT = 20_000


def by_condition(count):
    condition = threading.Condition()
    turn = 0

    def take(mine, rounds):
        nonlocal turn
        with condition:
            for _ in range(rounds):
                while turn != mine:
                    condition.wait()
                turn = 1 - mine
                condition.notify()

    other = threading.Thread(target=take, args=(1, count))
    other.start()
    began = perf_counter()
    take(0, count)
    other.join()
    return (perf_counter() - began) / count


def by_events(count):
    ping, pong = threading.Event(), threading.Event()

    def answer():
        for _ in range(count):
            ping.wait()
            ping.clear()
            pong.set()

    other = threading.Thread(target=answer)
    other.start()
    began = perf_counter()
    for _ in range(count):
        ping.set()
        pong.wait()
        pong.clear()
    other.join()
    return (perf_counter() - began) / count


run = {"Condition": by_condition, "Event": by_events}[sys.argv[1]]
run(1_000)
print(run(COUNT))
