"""A client on a narrow line that can stop reading, for journeys over real sockets."""

import socket
from urllib.parse import urlsplit

from bbs.features.members.messages import Resume
from bbs.wire.messages import Sync
from bbs_server.net.connection import Connection
from tests.support.raw import Raw

SMALL_BUFFER = 65_536  # what the kernels on both sides hold of a narrow line


def slow_socket(url: str) -> socket.socket:
    """Return a connected socket that takes little."""
    parts = urlsplit(url)
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    found.connect((parts.hostname, parts.port))
    found.setblocking(False)
    return found


def narrow(connection: Connection) -> None:
    """Let the server's kernel hold as little for a connection as a slow line does."""
    theirs = connection.socket.transport.get_extra_info("socket")
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)


async def enter(line: Raw, token: str, cursors: dict[str, int]) -> int:
    """Sign in and sync one stream until it is live; return the last seq."""
    await line.hello()
    await line.ask(Resume(token=token))
    (stream,) = cursors
    while True:
        answer = await line.ask(Sync(cursors=cursors))
        state = answer["result"]["streams"][stream]
        if state["state"] == "live":
            return int(state["seq"])
        assert state["state"] == "more"
        cursors = {stream: state["seq"]}
