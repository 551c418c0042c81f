"""The files of an engine, for backup, restore and doctor: to look at, to copy and to open."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Protocol

from bbs.clock import MachineClock, Ms
from bbs_server.store.api import Store, Tx
from bbs_server.store.proven_time import ProvenTime


class DatabaseFileError(Exception):
    """The database cannot be read or copied; the message is one line without members' text.

    Attributes:
        code: The code that `--json` shows; scripts branch on it, so it never changes.
    """

    code: ClassVar[str] = "database_unusable"


class DatabaseInspection(Protocol):
    """A look at a database, while others may use it. Valid inside its `with` block."""

    @property
    def tx(self) -> Tx:
        """A transaction for reading; it cannot change anything."""
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
        """A setting that is not as this program leaves it, in a phrase; None without any."""
        ...

    def damage(self, *, deep: bool = False) -> list[str]:
        """Look for damaged pages and for references to missing rows.

        Args:
            deep: Also whether indexes agree with their tables, which takes several times as long.

        Returns:
            The faults, a line each, without members' text; empty if there are none.
        """
        ...


class StoreFiles(Protocol):
    """The files of one engine.

    Attributes:
        database: Name of the database in a data folder or a backup.
        schema: The version this program writes.
        lock: Name of the file by which a server holds its folder.
        engine: The engine with its version.
        flaw: A known flaw of that version, in a phrase; None without any.
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

        The copy is a single file, without residue of text deleted before that moment (P10).

        Raises:
            DatabaseFileError: If it cannot be read, or the copy not be written.
        """
        ...

    def time(self, data: Path, clock: MachineClock) -> ProvenTime:
        """Return the proven time of a folder's server, whether it runs or not.

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
        """Return the copies made before updates, and the time at which each has to go, ms (P10).

        Raises:
            OSError: If the folder cannot be read.
        """
        ...

    async def open(self, folder: Path, clock: MachineClock) -> Store:
        """Open the store of a folder that no other process uses, migrating it if need be.

        Raises:
            DatabaseFileError: If it cannot be opened. Nothing is left open then.
        """
        ...

    def begin_gone(self, tx: Tx) -> None:
        """Make the table `gone (text, why)` for the ids of texts to erase; no other start sees it."""
        ...

    def replace_gone(self, tx: Tx, new_text: Callable[[], str]) -> None:
        """Replace the ids in `gone` in the tables of all features.

        Args:
            new_text: Returns the id of a new text, for columns that must have a text; other
                columns become empty.
        """
        ...

    def end_gone(self, tx: Tx) -> None:
        """Drop the table that `begin_gone` made."""
        ...
