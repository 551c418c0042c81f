"""The questions of features to each other about boards that are taken along. No I/O here."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from bbs.clock import Ms
from bbs.features.packs.consent_messages import AuthorHashes, PackConsent
from bbs.features.packs.views import PackAct, PackNorms, PackSettings
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, ThreadId
from bbs_server.claim_lookups import ClaimLookups
from bbs_server.move_lookups import MoveLookups
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment
from bbs_server.unpack_lookups import UnpackLookups


class PackLookups(ClaimLookups, MoveLookups, UnpackLookups, Protocol):
    """The questions about a board's authors, their keys and their consent."""

    def consents_of(self, tx: Tx, board: BoardId) -> dict[MemberId, PackConsent]:
        """Return what members chose for a board; who is missing chose nothing, and is `NAMELESS`."""
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

    def settings_to_pack(self, tx: Tx, board: BoardId) -> PackSettings:
        """Return the settings of a board as a line of its pack, without its moderators."""
        ...

    def moderators_of(self, tx: Tx, now: Ms, board: BoardId) -> frozenset[MemberId]:
        """Return a board's moderators at `now`, in ms."""
        ...

    def norms_to_pack(self, tx: Tx, board: BoardId, version: int) -> PackNorms | None:
        """Return a version of a board's norms as a line of its pack; None if there is none."""
        ...

    def thread_to_pack(self, tx: Tx, board: BoardId, after: int, moment: Moment) -> Thread | None:
        """Return the first thread of a board above a number, as every reader sees it."""
        ...

    def posts_to_pack(
        self, tx: Tx, thread: ThreadId, after: int, limit: int, moment: Moment
    ) -> list[tuple[Post, int | None]]:
        """Return posts of a thread as every reader sees them, each with its parent's number."""
        ...

    def writers_to_pack(self, tx: Tx, thread: ThreadId) -> list[tuple[str, bool]]:
        """Return the ids of a thread's authors by their first posts, each with whether they are a member.

        Former members are missing, and those all of whose words are hidden.
        """
        ...

    def has_ended_since_packed(self, tx: Tx, board: BoardId, posts: int, now: Ms) -> bool:
        """Return whether words of a board that came in a pack have faded since.

        Args:
            posts: How many posts came.
        """
        ...

    def name_to_pack(self, tx: Tx, thread: ThreadId, author: str, moment: Moment) -> str | None:
        """Return the name that came with an import, while any words under it are shown in a thread."""
        ...

    def last_act_to_pack(self, tx: Tx, board: BoardId, prefix: str) -> int:
        """Return the number of a board's last act whose method does not begin so; 0 for none."""
        ...

    def acts_to_pack(
        self, tx: Tx, board: BoardId, after: int, upto: int, limit: int
    ) -> list[PackAct]:
        """Return acts of a board as lines of its pack, in their order; their home is not set."""
        ...
