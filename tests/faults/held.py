"""What a process holds of the machine: memory, threads, and each open descriptor by what it is."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LINE = "line to a peer"
LISTENING = "listening socket"
_STATES = {1: "established", 2: "syn sent", 3: "syn received", 4: "fin wait", 5: "fin wait"}
_STATES |= {
    6: "time wait",
    7: "closed",
    8: "close wait",
    9: "last ack",
    10: LISTENING,
    11: "closing",
}


@dataclass(frozen=True)
class Held:
    """What a process holds at one moment.

    Attributes:
        rss_kib: Resident memory.
        opened: How many descriptors of which kind: a file by its name, a socket by what it is to
            whom, anything else as the system calls it.
        lines: How many of them are sockets to peers, those included that were reset and are only
            to be closed.
    """

    rss_kib: int
    threads: int
    opened: Counter[str]

    @property
    def files(self) -> int:
        """How many descriptors are open."""
        return self.opened.total()

    @property
    def lines(self) -> int:
        """How many of them are sockets to peers, those included that only wait to be closed."""
        return sum(n for kind, n in self.opened.items() if kind.startswith(LINE))


def held_by(pid: int) -> Held:
    """Look at what a process holds now."""
    names = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            names.append(str(handle.readlink()))
    sockets = _sockets(pid) if any(name.startswith("socket:") for name in names) else {}
    opened = Counter(_kind(name, sockets) for name in names)
    threads = sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
    return Held(rss_kib(pid), threads, opened)


def rss_kib(pid: int) -> int:
    """Return the memory a process holds now, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _kind(name: str, sockets: dict[str, str]) -> str:
    """Return what a descriptor is, by the name the system gives it."""
    if name.startswith("socket:"):
        # A line that was reset is in no table, and yet open until somebody closes it.
        return sockets.get(name[len("socket:[") : -1], f"{LINE}, reset")
    if name.startswith("pipe:"):
        return "pipe"
    if name.startswith("anon_inode:"):
        return name.partition(":")[2].strip("[]")
    return Path(name).name


def _sockets(pid: int) -> dict[str, str]:
    """Return what each socket of the machine is, by its inode."""
    found = {}
    for table in ("tcp", "tcp6"):
        for row in _rows(Path(f"/proc/{pid}/net/{table}")):
            state = _STATES[int(row[3], 16)]
            found[row[9]] = LISTENING if state == LISTENING else f"{LINE}, {state}"
    for row in _rows(Path(f"/proc/{pid}/net/unix")):
        found[row[6]] = "unix socket"
    return found


def _rows(table: Path) -> list[list[str]]:
    return [row.split() for row in table.read_text().splitlines()[1:]] if table.exists() else []
