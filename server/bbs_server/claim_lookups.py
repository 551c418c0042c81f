"""What claims ask the features that own members, boards and threads. No I/O here."""

from typing import Any, NamedTuple, Protocol

from bbs.clock import Ms
from bbs.features.threads.views import Post
from bbs.ids import BoardId, MemberId, ThreadId
from bbs_server.outcome import Effect
from bbs_server.slices import Slice
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


class ImportedPost(NamedTuple):
    """A post of an imported author, with its own words also while they are hidden.

    Attributes:
        row: Its place in the order of writing.
        thread_number: Of the thread in which it stands now.
    """

    row: int
    thread_number: int | None
    post: Post


class KeptSeats(NamedTuple):
    """Seats of a board that nobody gets but the authors of its pack.

    Attributes:
        until: Until when, in ms.
    """

    seats: int
    until: Ms


class ClaimLookups(Protocol):
    """The questions about imported authors, invitations and kept seats; `ctx` is a handler's `Context`."""

    def imported_posts(
        self, tx: Tx, imported: str, above: int, limit: int, moment: Moment
    ) -> list[ImportedPost]:
        """Return the next posts with words of an imported author, in the order of writing."""
        ...

    def give_imported_words(
        self, tx: Tx, ctx: Any, imported: str, thread: ThreadId, member: MemberId
    ) -> Slice:
        """Let a slice of an imported author's posts, and the thread that they began, be a member's."""
        ...

    def rename_imported(
        self, tx: Tx, ctx: Any, imported: str, name: str, thread: ThreadId
    ) -> list[Effect]:
        """Give an imported author another name; readers fetch the thread's posts anew."""
        ...

    def fetch_imported_again(
        self, tx: Tx, ctx: Any, imported: str, thread: ThreadId
    ) -> list[Effect]:
        """Tell readers to fetch the threads with an author's words again."""
        ...

    def erase_imported_words(self, tx: Tx, ctx: Any, imported: str, thread: ThreadId) -> Slice:
        """Erase a slice of an imported author's words, then the name; markers stay, which name nobody."""
        ...

    def invite_claimant(self, tx: Tx, ctx: Any, code_hash: bytes, days: int) -> Ms:
        """Make the code with this hash an invitation for one person, unless it is one; return its end.

        Raises:
            Conflict: If it is another invitation's.
            LimitReached: If too many invitations are open.
        """
        ...

    def end_claimant_invitation(self, tx: Tx, ctx: Any, code_hash: bytes) -> None:
        """End that invitation, because its claimant needs none any more."""
        ...

    def keep_seats(self, tx: Tx, board: BoardId, seats: int, until: Ms) -> None:
        """Keep seats of a board, and as many of the community, for the authors of its pack."""
        ...

    def kept_seats(self, tx: Tx, board: BoardId, at: Ms) -> KeptSeats | None:
        """Return the seats that a board keeps at a moment, in ms; None for none."""
        ...

    def offer_kept_seat(self, tx: Tx, ctx: Any, board: BoardId, member: MemberId) -> list[Effect]:
        """Offer a claimant a kept seat, or else a free one; without either they wait in line."""
        ...

    def return_office(
        self, tx: Tx, ctx: Any, board: BoardId, member: MemberId, act: str
    ) -> list[Effect]:
        """Make a seat holder moderator of a board again; nothing for another member, or if they are."""
        ...
