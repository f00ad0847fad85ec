"""The other end of handles.test.ts: takes a descriptor, sends one, and then three at once."""

import os
import socket
import sys
from multiprocessing import reduction
from multiprocessing.connection import Client

# A name of the abstract space, after its zero character, which arguments cannot hold.
with Client("\0" + sys.argv[1]) as connection:
    assert connection.recv() == "a descriptor comes"
    handle = reduction.recv_handle(connection)
    message = b"written by Python"
    os.write(handle, len(message).to_bytes(4, "big") + message)
    os.close(handle)

    reader, writer = os.pipe()
    os.write(writer, b"read by Node")
    connection.send("one comes back")
    reduction.send_handle(connection, reader, os.getppid())

    assert connection.recv() == "several"
    connection.send("several come")
    with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as both:
        reduction.sendfds(both, [reader, writer, reader])
    assert connection.recv() == "end"
