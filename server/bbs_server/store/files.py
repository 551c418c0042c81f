"""The files of an engine, for backup, restore and doctor to inspect, copy and open."""

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
    """An open database to inspect, while other processes may use it. Valid inside its `with` block."""

    @property
    def tx(self) -> Tx:
        """A transaction that can only read."""
        ...

    @property
    def is_folkmoot(self) -> bool:
        """Whether Folkmoot made the database."""
        ...

    @property
    def schema(self) -> tuple[int, int]:
        """The database's schema version, and the schema of the oldest program that may open it."""
        ...

    @property
    def tuning_fault(self) -> str | None:
        """A phrase that names a setting which differs from this program's; None if all agree."""
        ...

    def damage(self, *, deep: bool = False) -> list[str]:
        """Look for damaged pages and for references to missing rows.

        Args:
            deep: True to check that indexes agree with their tables, too; it takes several times as
                long.

        Returns:
            The faults, a line each, without members' text; empty if there are none.
        """
        ...


class StoreFiles(Protocol):
    """The files of one engine.

    Attributes:
        database: Name of the database in a data folder or a backup.
        schema: The schema version that this program writes.
        lock: Name of the file with which a server locks its folder.
        engine: The engine with its version.
        flaw: A known flaw of that version, in a phrase; None if no flaw is known.
    """

    database: str
    schema: int
    lock: str
    engine: str
    flaw: str | None

    def look(self, folder: Path) -> AbstractContextManager[DatabaseInspection]:
        """Open the database of a folder for inspection.

        Raises:
            DatabaseFileError: If it cannot be read, at the beginning or later in the block.
        """
        ...

    def copy(self, data: Path, folder: Path) -> None:
        """Copy the database of one moment into an empty folder, while other processes may write.

        The copy is a single file, without residue of text deleted before that moment (P10).

        Raises:
            DatabaseFileError: If the database cannot be read or the copy cannot be written.
        """
        ...

    def time(self, data: Path, clock: MachineClock) -> ProvenTime:
        """Return the proven time of a folder's server, which need not run.

        Raises:
            DatabaseFileError: If its database cannot be read.
        """
        ...

    def lost_under_server(self, data: Path) -> str | None:
        """Return the name of a database file that a running server has lost; None if it lost none.

        Raises:
            OSError: If the folder cannot be read.
        """
        ...

    def list_upgrade_copies(self, data: Path) -> list[tuple[Path, Ms]]:
        """Return the copies made before updates, and when each must be deleted, ms (P10).

        Raises:
            OSError: If the folder cannot be read.
        """
        ...

    async def open(self, folder: Path, clock: MachineClock) -> Store:
        """Open the store of a folder that no other process uses; migrate it if need be.

        Raises:
            DatabaseFileError: If it cannot be opened. Nothing is left open then.
        """
        ...

    def begin_gone(self, tx: Tx) -> None:
        """Make the table `gone (text, why)` for ids of texts to erase; only this process sees it."""
        ...

    def replace_gone(self, tx: Tx, new_text: Callable[[], str]) -> None:
        """Replace the ids in `gone` in the tables of all features.

        Args:
            new_text: Returns the id of a new text, for columns that require a text; other columns
                become empty.
        """
        ...

    def end_gone(self, tx: Tx) -> None:
        """Drop the table that `begin_gone` made."""
        ...
