"""What test/interop asks a real Python to do with pickles.

Reads requests from its standard input and answers each: 4 bytes of length, big-endian, and as many bytes. A request
begins with a letter.

    d<protocol><expression>  answers the pickle of what the expression gives
    l<pickle>                answers the repr of its value
    r<protocol><pickle>      answers the pickle of its value
    e<protocol><length, 4 bytes><expression><pickle>
                             answers whether the pickle's value is what the expression gives

An answer begins with '+', or with '-' and then is what went wrong.
"""
import array, collections, datetime, decimal, fractions, pickle, queue, struct, sys, threading, uuid  # noqa
import multiprocessing.managers, multiprocessing.pool  # noqa


def answer(request):
    kind, rest = request[:1], request[1:]
    if kind == b"l":
        return repr(pickle.loads(rest)).encode("utf-8", "surrogatepass")
    protocol, rest = rest[0], rest[1:]
    if kind == b"d":
        return pickle.dumps(eval(rest), protocol)
    if kind == b"r":
        return pickle.dumps(pickle.loads(rest), protocol)
    (length,) = struct.unpack_from("!i", rest)
    expected = eval(rest[4 : 4 + length])
    value = pickle.loads(rest[4 + length :])
    same = type(value) is type(expected) and repr(value) == repr(expected)
    return b"True" if same else repr(value).encode("utf-8", "surrogatepass")


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        header = source.read(4)
        if len(header) < 4:
            return
        request = source.read(*struct.unpack("!i", header))
        try:
            reply = b"+" + answer(request)
        except Exception as error:
            reply = b"-" + repr(error).encode("utf-8", "surrogatepass")
        sink.write(struct.pack("!i", len(reply)) + reply)
        sink.flush()


main()
