"""What features ask the feature of moderation about acts and restrictions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from bbs.clock import Ms
from bbs.features.members.views import Author
from bbs.features.moderation.messages import Act
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import BatchId, BoardId, MemberId
from bbs_server.hand_over_lookups import HandOverLookups
from bbs_server.store.api import Tx


class ActLookups(HandOverLookups, Protocol):
    """The questions about acts that are stored, and about restrictions by their kind."""

    def act(self, tx: Tx, act: str) -> Act | None:
        """Return an act by its id, as everybody reads it; None once the log has forgotten it."""
        ...

    def who_acted(self, tx: Tx, act: str) -> tuple[Author, MemberId | None] | None:
        """Return who did an act and who seconded it, also where the log names offices: for rules."""
        ...

    def acts(self, tx: Tx, board: BoardId, numbers: Sequence[int]) -> dict[int, Act]:
        """Return acts of a board by their numbers, as everybody reads them, without `about`."""
        ...

    def count_hidden_by(
        self, tx: Tx, proven_now: Ms, member: MemberId, methods: Collection[str]
    ) -> int:
        """Return how often a member hid words by these commands lately (protocol 15.12)."""
        ...

    def last_act_on(
        self, tx: Tx, board: BoardId, thing: str
    ) -> tuple[Act, Mapping[str, str]] | None:
        """Return the last act on a thing, and the ids of its texts."""
        ...

    def later_act(self, tx: Tx, act: Act) -> Act | None:
        """Return the first later act on the same thing and board; none of the same batch."""
        ...

    def restricted_boards(
        self, tx: Tx, kind: RestrictionKind, member: MemberId | None, now: Ms
    ) -> frozenset[BoardId]:
        """Return the boards with a restriction of a kind in force, about a member or everybody."""
        ...

    def unsay_board(self, tx: Tx, board: BoardId) -> None:
        """Remove a board's texts from the commons' acts, because it is no longer listed."""
        ...

    def restricted_members(
        self, tx: Tx, kind: RestrictionKind, board: BoardId, now: Ms
    ) -> frozenset[MemberId]:
        """Return whom a restriction of a kind that is set on a board narrows at `now`, in ms."""
        ...

    def list_restrictions(
        self, tx: Tx, boards: Iterable[BoardId], member: MemberId, now: Ms
    ) -> tuple[Restriction, ...]:
        """Return a member's restrictions on these boards, now or later; no closing."""
        ...

    def last_act_of_batch(self, tx: Tx, board: BoardId, batch: BatchId) -> str | None:
        """Return the id of the last act on a board that an item of a batch left."""
        ...
