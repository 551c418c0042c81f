"""The outbox of a second client of a profile, while another client holds the profile's own."""

import sqlite3
from pathlib import Path
from typing import ClassVar, Self

from bbs.clock import Clock, system_clock
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.outbox import TABLES, Outbox
from bbs_client.mirror.schema import connect


class BesideOutbox(Outbox):
    """A second client's commands, sent after the first client's commands to the same place (P12).

    They are lost when the program ends, so their drafts are set aside until the server answers.
    """

    is_durable: ClassVar[bool] = False
    _NEXT: ClassVar[str] = (
        f"{Outbox._NEXT} AND NOT EXISTS (SELECT 1 FROM other.items o"  # noqa: S608 - our own words
        " WHERE o.destination = items.destination AND o.state != 'refused')"
    )

    _drafts: Drafts

    @classmethod
    def beside(cls, path: Path, drafts: Drafts, clock: Clock = system_clock) -> Self:
        """Make an empty outbox beside another client's.

        Args:
            path: The outbox file of the client that holds the profile; this client only reads it.
            drafts: The drafts of the profile.
            clock: The clock that dates commands.

        Raises:
            MirrorUnwritable: If the file cannot be read.
        """

        def attach(db: sqlite3.Connection) -> None:
            db.executescript(TABLES)
            db.execute("ATTACH ? AS other", (f"{path}",))
            db.execute("SELECT 1 FROM other.items LIMIT 1")

        try:
            outbox = cls(connect(":memory:", attach), None, clock)
        except sqlite3.Error as error:
            raise MirrorUnwritable(f"{error}") from error
        outbox._drafts = drafts
        return outbox

    def done(self, item: int) -> None:
        """Remove a command, and its draft."""
        found = self.item(item)
        if found is not None and found.command is not None:
            self._drafts.forget_sent({str(found.command.op)})
        super().done(item)
