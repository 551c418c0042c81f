"""The disk that fails on demand (faultfs.c): built, preloaded into a program, armed from outside."""

import errno
import mmap
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

SHORT = 0  # half of the bytes are written, and said so
HARMS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EROFS": errno.EROFS, "short": SHORT}
_PAGE = struct.Struct("=qqqii")
"""As `struct control` in faultfs.c: fail_at, seen, failed, how, lasting."""


def built(folder: Path) -> Path:
    """Compile the shim into a folder, once; skip the test where there is no C compiler."""
    shim = folder / "faultfs.so"
    if shim.exists():
        return shim
    compiler = next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
    if compiler is None:
        pytest.skip("NO C COMPILER HERE: no test made the disk fail call by call")
    source = Path(__file__).with_name("faultfs.c")
    words = [compiler, "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", str(shim), str(source)]
    done = subprocess.run(
        [*words, "-ldl", "-lpthread"], capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    assert done.returncode == 0
    return shim


class FaultFs:
    """The control page of one shim.

    Attributes:
        log: Where the diary of writes and syncs is kept, once it is asked for.
    """

    def __init__(self, shim: Path, watched: Path, work: Path, *, diary: bool = False) -> None:
        """Make a control page that lets everything go well.

        Args:
            shim: The built shim.
            watched: The folder whose files are counted, failed and noted.
            work: Where page and diary go; outside of `watched`.
            diary: Whether to note what is written and synced.
        """
        self.log = work / "diary"
        self._path = work / "control"
        self._path.write_bytes(bytes(_PAGE.size))
        with self._path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _PAGE.size)
        self._words = (
            "env",
            f"LD_PRELOAD={shim}",
            f"FAULTFS_FOLDER={watched}",
            f"FAULTFS_CONTROL={self._path}",
            *((f"FAULTFS_LOG={self.log}",) if diary else ()),
        )

    def under(self, program: Sequence[str]) -> tuple[str, ...]:
        """Return the words that run a program on this disk."""
        return (*self._words, *program)

    def arm(self, fail_at: int, how: int, *, lasting: bool = False) -> None:
        """Let one call fail, counted from now; 0 lets all go well.

        Args:
            fail_at: The first of the calls to come is 1.
            how: An errno, or `SHORT`.
            lasting: Whether every call after it fails, too.
        """
        self._page[:] = _PAGE.pack(fail_at, 0, 0, how, lasting)

    def disarm(self) -> int:
        """Let everything go well again; return how many calls failed since it was armed."""
        failed: int = _PAGE.unpack(self._page[:])[2]
        self._page[:] = bytes(_PAGE.size)
        return failed

    @property
    def seen(self) -> int:
        """How many calls there were since it was armed or disarmed."""
        found: int = _PAGE.unpack(self._page[:])[1]
        return found

    @property
    def noted_bytes(self) -> int:
        """How long the diary is now."""
        return self.log.stat().st_size if self.log.exists() else 0
