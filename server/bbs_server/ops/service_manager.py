"""Speaking to a service manager: readiness, the watchdog, and sockets it hands over (sd_notify)."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger("bbs.serve")

FIRST_HANDED = 3
"""The descriptor at which the sockets handed over begin; a part of the protocol."""


class SocketHandoverError(Exception):
    """The server cannot listen on the socket handed over; the message is one line."""


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """Tells a service manager how things stand; says nothing where there is none.

    Attributes:
        address: Of its datagram socket; None for nobody.
        watchdog_s: How long it waits for a sign of life; None if it does not.
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
        """Send states such as `READY=1` together; log it if the manager does not listen."""
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
        """Tell that the server serves; `status` is one line for people."""
        self.notify("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Tell that settings are read again; `ready` follows."""
        self.notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1_000}")

    def stopping(self) -> None:
        """Tell that the server drains and ends."""
        self.notify("STOPPING=1", "STATUS=sending everybody home")

    async def watch_for_ever(self) -> None:
        """Give a sign of life as often as asked for, until cancelled; returns if none is.

        A loop that turns is alive. A sick disk is no reason for a restart, which would not heal it.
        """
        if self.watchdog_s is None:
            return
        while True:
            self.notify("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_s / 3)


def inherited_socket(environment: Mapping[str, str], pid: int) -> socket.socket | None:
    """Return the listening socket a service manager handed over; None if there is none.

    Args:
        environment: With `LISTEN_PID` and `LISTEN_FDS`.
        pid: Of this process; sockets meant for another are left alone.

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
