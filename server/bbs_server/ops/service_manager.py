"""Talks to a service manager: readiness, the watchdog, and the sockets it opens (sd_notify)."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Mapping

from msgspec import Struct

log = logging.getLogger("bbs.serve")

FIRST_HANDED = 3
"""The number of the first descriptor that the manager passes; a part of the protocol."""


class SocketHandoverError(Exception):
    """The server cannot listen on the socket it was given; the message is one line."""


class ServiceManager(Struct, frozen=True):
    """Reports the server's state to a service manager; does nothing without one.

    Attributes:
        address: The address of its datagram socket; None without a manager.
        watchdog_s: The time in which it expects a sign of life, in seconds; None for no watchdog.
    """

    address: str | None = None
    watchdog_s: float | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str], pid: int) -> "ServiceManager":
        """Read the variables of the service manager in the environment of process `pid`."""
        address = environment.get("NOTIFY_SOCKET") or None
        wait = environment.get("WATCHDOG_USEC", "")
        meant = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
        watchdog_s = int(wait) / 1e6 if meant and wait.isdecimal() and int(wait) else None
        return cls(address, watchdog_s)

    def notify(self, *states: str) -> None:
        """Send states such as `READY=1` together; log it if the manager does not receive them."""
        if self.address is None:
            return
        where = self.address
        if where.startswith("@"):
            where = "\0" + where[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto("\n".join(states).encode(), where)
        except OSError as error:
            log.warning("the service manager could not be told: %s", error.strerror)

    def ready(self, status: str) -> None:
        """Report that the server accepts requests; `status` is one line for people."""
        self.notify("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Report that settings are read again; `ready` follows."""
        self.notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1_000}")

    def stopping(self) -> None:
        """Report that the server finishes its requests and ends."""
        self.notify("STOPPING=1", "STATUS=sending everybody home")

    async def watch_for_ever(self) -> None:
        """Send signs of life as often as the manager asks, until cancelled; returns if never.

        A running event loop counts as alive. A failing disk is no reason for a restart, which would
        not repair it.
        """
        if self.watchdog_s is None:
            return
        while True:
            self.notify("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_s / 3)


def inherited_socket(environment: Mapping[str, str], pid: int) -> socket.socket | None:
    """Return the listening socket that a service manager opened; None if there is none.

    Args:
        environment: With `LISTEN_PID` and `LISTEN_FDS`.
        pid: The id of this process; sockets for another process are ignored.

    Raises:
        SocketHandoverError: If there are several, or it is no stream socket that listens.
    """
    count = environment.get("LISTEN_FDS", "")
    if environment.get("LISTEN_PID") != str(pid) or not count.isdecimal() or int(count) == 0:
        return None
    if int(count) != 1:
        raise SocketHandoverError(f"{count} sockets were handed over; a server listens on one")
    try:
        os.set_inheritable(FIRST_HANDED, False)
        handed = socket.socket(fileno=FIRST_HANDED)
    except OSError as error:
        raise SocketHandoverError(f"what was handed over is no socket: {error.strerror}") from error
    known = handed.family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
    stream = handed.type == socket.SOCK_STREAM
    if not known or not stream or not handed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        handed.close()
        raise SocketHandoverError("the socket handed over is no stream socket that listens")
    return handed
