"""Messages of SIZE bytes over a Pipe to another process and back. Prints seconds per round trip."""

import sys
from multiprocessing import Pipe, get_context
from time import perf_counter


def echo(connection):
    while message := connection.recv_bytes():
        connection.send_bytes(message)


def run(connection, message, count):
    began = perf_counter()
    for _ in range(count):
        connection.send_bytes(message)
        if len(connection.recv_bytes()) != len(message):
            raise RuntimeError("a message of another length")
    return (perf_counter() - began) / count


if __name__ == "__main__":
    size, count = int(sys.argv[1]), int(sys.argv[2])
    here, there = Pipe()
    child = get_context("spawn").Process(target=echo, args=(there,))
    child.start()
    message = b"\x07" * size
    run(here, message, max(count // 20, 2))
    print(run(here, message, count))
    here.send_bytes(b"")
    child.join()
