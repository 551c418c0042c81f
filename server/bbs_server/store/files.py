"""What backup, restore and doctor ask of an engine: its files looked at, copied and opened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Protocol

from bbs.clock import MachineClock, Ms
from bbs_server.store.api import Store, Tx
from bbs_server.store.proven_time import ProvenTime


class DatabaseFileError(Exception):
    """The database cannot be read or copied; the message is one line without anybody's words.

    Attributes:
        code: What `--json` shows; scripts branch on it, so it never changes.
    """

    code: ClassVar[str] = "database_unusable"


class DatabaseInspection(Protocol):
    """A database looked at, beside whoever else uses it. Valid inside its `with` block."""

    @property
    def tx(self) -> Tx:
        """For asking; it cannot change anything."""
        ...

    @property
    def is_folkmoot(self) -> bool:
        """Whether a community made it."""
        ...

    @property
    def schema(self) -> tuple[int, int]:
        """Its version, and that of the oldest program that may open it."""
        ...

    @property
    def tuning_fault(self) -> str | None:
        """What about its settings is not as this program leaves them; None: nothing."""
        ...

    def damage(self, *, deep: bool = False) -> list[str]:
        """Look for damaged pages and for references to what is not there.

        Args:
            deep: Also whether indexes agree with their tables, which takes several times as long.

        Returns:
            What is wrong, a line each, without anybody's words; empty if nothing is.
        """
        ...


class StoreFiles(Protocol):
    """The files of one engine.

    Attributes:
        database: Name of the database in a data folder or a backup.
        schema: The version this program writes.
        lock: Name of the file by which a server holds its folder.
        engine: The engine with its version.
        flaw: What is known to be wrong with that version; None: nothing.
    """

    database: str
    schema: int
    lock: str
    engine: str
    flaw: str | None

    def look(self, folder: Path) -> AbstractContextManager[DatabaseInspection]:
        """Look at the database of a folder.

        Raises:
            DatabaseFileError: If it cannot be read, at the beginning or later in the block.
        """
        ...

    def copy(self, data: Path, folder: Path) -> None:
        """Copy the database as it is at one moment, while others write, into an empty folder.

        The copy is one file, without residue of words deleted before that moment (P10).

        Raises:
            DatabaseFileError: If it cannot be read, or the copy not be written.
        """
        ...

    def time(self, data: Path, clock: MachineClock) -> ProvenTime:
        """Return what the server of a folder, running or not, knows of the time.

        Raises:
            DatabaseFileError: If its database cannot be read.
        """
        ...

    def lost_under_server(self, data: Path) -> str | None:
        """Return the name of a database file that a running server has lost; None without any.

        Raises:
            OSError: If the folder cannot be looked at.
        """
        ...

    def list_upgrade_copies(self, data: Path) -> list[tuple[Path, Ms]]:
        """Return what is left of copies made before updates, and when each is to be gone (P10).

        Raises:
            OSError: If the folder cannot be read.
        """
        ...

    async def open(self, folder: Path, clock: MachineClock) -> Store:
        """Open the store of a folder that nobody else has, migrating it if need be.

        Raises:
            DatabaseFileError: If that cannot be. Nothing is left open then.
        """
        ...

    def begin_gone(self, tx: Tx) -> None:
        """Make the table `gone (text, why)` for the ids of texts to erase; no other start sees it."""
        ...

    def replace_gone(self, tx: Tx, new_text: Callable[[], str]) -> None:
        """Put another id wherever one of `gone` stands, in whichever feature's table.

        Args:
            new_text: Returns the id of a text to put where there must be one; elsewhere none is.
        """
        ...

    def end_gone(self, tx: Tx) -> None:
        """Drop what `begin_gone` made."""
        ...
