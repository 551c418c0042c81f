"""The questions of features to each other about boards that are taken along. No I/O here."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from bbs.features.packs.consent_messages import AuthorHashes, PackConsent
from bbs.ids import BoardId, MemberId
from bbs_server.move_lookups import MoveLookups
from bbs_server.store.api import Tx


class PackLookups(MoveLookups, Protocol):
    """The questions about a board's authors, their keys and their consent."""

    def consents_of(self, tx: Tx, board: BoardId) -> dict[MemberId, PackConsent]:
        """Return what members chose for a board; who is missing chose `NAMELESS`, or nothing."""
        ...

    def claim_hashes(self, tx: Tx, members: Iterable[MemberId]) -> dict[MemberId, AuthorHashes]:
        """Return the four claim hashes of each member, sorted."""
        ...

    def is_writer(self, tx: Tx, board: BoardId, member: MemberId) -> bool:
        """Return whether a member has posts with words on a board, or may have some on a large one."""
        ...

    def list_writers(self, tx: Tx, board: BoardId) -> Iterator[MemberId | None]:
        """Yield who has posts with words on a board, some repeatedly; None where a read may pause."""
        ...
