"""The other end of connection.test.ts: `listen FAMILY KEY` or `connect ADDRESS KEY`, in hexadecimal or "-".

Sends back what it receives: bytes after b"bytes", values after b"values", until b"end".
"""

import json
import sys
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener

role, where, key = sys.argv[1:]
key = None if key == "-" else bytes.fromhex(key)


def say(text):
    print(json.dumps(text), flush=True)


def serve(connection):
    with connection:
        while True:
            order = connection.recv_bytes()
            if order == b"end":
                return
            if order == b"bytes":
                connection.send_bytes(connection.recv_bytes())
            elif order == b"values":
                value = connection.recv()
                say(repr(value))
                connection.send(value)
            elif order == b"large":
                connection.send_bytes(b"\x07" * int(connection.recv_bytes()))


try:
    if role == "listen":
        with Listener(None if where == "AF_UNIX" else ("127.0.0.1", 0), where, authkey=key) as listener:
            say(listener.address)
            serve(listener.accept())
    else:
        address = json.loads(where)
        serve(Client(tuple(address) if isinstance(address, list) else address, authkey=key))
    say("done")
except (AuthenticationError, EOFError, OSError) as error:
    say("%s: %s" % (type(error).__name__, error))
