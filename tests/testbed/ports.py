"""TCP ports of an address of this machine that nobody listens on now; as a program, prints so many.

They are below the range that the kernel takes for outgoing connections: a server that starts a
moment later, or once more, finds its port free.
"""

import errno
import random
import socket
import sys


def free_ports(count, address="127.0.0.1"):
    sockets = []
    while len(sockets) < count:
        try:
            sockets.append(socket.create_server((address, random.randrange(20000, 32000))))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


if __name__ == "__main__":
    print(*free_ports(int(sys.argv[1])))
