"""Boards: small themed spaces with a charter, a limited number of seats and a memory that ends."""

from typing import ClassVar

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.features.boards.end_views import AtEnd, BoardEnd
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.seat_messages import Seat
from bbs.features.boards.settings import SETTINGS, TEXT_SETTINGS
from bbs.features.boards.settings import Visibility as Visibility
from bbs.features.boards.settings_structs import (
    SettingsAtOpening,
    SettingsChange,
    SettingsView,
)
from bbs.features.moderation.views import Restriction
from bbs.features.norms.messages import Clauses
from bbs.gravity import Grave
from bbs.ids import BoardId
from bbs.messages import Event, Query, Result, Revision, View
from bbs.powers import Need, NeedTarget, Power

BOARD_WORDS = tuple(f"board.{name}" for name in TEXT_SETTINGS)


class Board(SettingsView, frozen=True, kw_only=True):
    """A board as everybody who may read it sees it, with its settings.

    Its slug, title and charter are None once their text is erased. A slug is None, too, if it does
    not have the form of a slug.

    Attributes:
        number: The board's place in the list, in the order of opening (P1); 0 for a letter.
        norms_version: The version of the norms in force.
        end: When it ends; None for a board without an end.
        came_as: Its slugs where it was before, for a board that was unpacked here: in words that came
            with it they name this board, and all other addresses are of other communities (29.10).
    """

    id: BoardId
    number: int
    kind: BoardKind = BoardKind.BOARD
    norms_version: int = 1
    end: BoardEnd | None = None
    came_as: tuple[str, ...] = ()
    revision: Revision = 1

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")

    def lead_on(self, address: str) -> str | None:
        """Return what an address in words that came with the board names here (29.10).

        Args:
            address: Of a thread or a post: `garden/42/7`.

        Returns:
            The address with the slug of now; None for what did not come with the board: other
            boards, and lines of a lounge.
        """
        slug, _, place = address.partition("/")
        came = slug in self.came_as and not place.startswith("lounge")
        return f"{self.slug}/{place}" if came and self.slug else None

    @property
    def label(self) -> str:
        """The slug, or "a board" if there is none."""
        return self.slug or "a board"


class OldSlug(View, frozen=True, kw_only=True):
    """A slug that a board had before, which still leads to it.

    Attributes:
        slug: None if the server sent a text that does not have the form of a slug.
        until: The end of the old slug: from then on it leads nowhere and another board may take it.
    """

    board: BoardId
    slug: str | None = None
    until: Instant

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")


class BoardList(Result, frozen=True, kw_only=True):
    """Boards by number, the member's own seats, and the old slugs of these boards.

    Attributes:
        restrictions: Restrictions of the member, or of everybody, on these boards: those in force
            and those that begin later.
        awaited: The boards that say at their top that something has waited for their moderators
            (protocol 19.18).
    """

    boards: tuple[Board, ...]
    seats: tuple[Seat, ...]
    old_slugs: tuple[OldSlug, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    awaited: tuple[BoardId, ...] = ()


class BoardResult(Result, frozen=True, kw_only=True):
    """A board in its current state, and the member's own seat on it, if any.

    Attributes:
        restrictions: Restrictions of the member, or of everybody, on the board: those in force and
            those that begin later. Only in the answer to a query; empty after a command.
        awaited: Whether something has waited for the board's moderators for `AWAITED_HOURS` (protocol
            19.18); None after a command, and where the member may not read the board.
    """

    text_paths: ClassVar[tuple[str, ...]] = (*BOARD_WORDS, "restrictions.reason")
    board: Board
    seat: Seat | None = None
    restrictions: tuple[Restriction, ...] = ()
    awaited: bool | None = None


class ListBoards(Query[BoardList], frozen=True, kw_only=True):
    """List the listed boards, and those where the member has, awaits or was offered a seat."""

    method: ClassVar[str] = "boards.list"
    needs: ClassVar[Need] = Need(Power.READ)


class GetBoard(Query[BoardResult], frozen=True, kw_only=True):
    """Read one board. Errors: `not_found`."""

    method: ClassVar[str] = "boards.get"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD, in_line=True)
    board: BoardId


class OpenBoard(SettingsAtOpening[BoardResult], frozen=True, kw_only=True):
    """Open a board and take its first seat, as moderator.

    Errors: `taken` for the slug, `text_refused`, `ceiling_reached` for boards and seats,
    `protocol.bad_params` for an end that is too near or too far.

    Attributes:
        kind: A board, or a journal: there the opener alone writes. It never changes.
        ends_at: The moment of its end; None for none.
        at_end: What happens then.
        norms: The board's own clauses, in addition to those of the commons. At least one.
    """

    method: ClassVar[str] = "boards.open"
    needs: ClassVar[Need] = Need(Power.OPEN_BOARD, grows=True)
    board: BoardId
    kind: BoardKind = BoardKind.BOARD
    ends_at: Instant | None = None
    at_end: AtEnd = AtEnd.ARCHIVE
    norms: Clauses


class ConfigureBoard(SettingsChange[BoardResult], frozen=True, kw_only=True):
    """Change those settings of a board that are not None. Logged on the board (P8).

    A token changes title and charter and adds seats; every other change needs a device
    (`device_needed`).

    A shorter retention applies at once to existing posts, a longer one only to posts written
    afterwards (P10). If there are then fewer seats than members seated, nobody loses a seat, but
    the board gives out none until enough members have left. If the slug changes, the slug before
    leads to the board for 400 more days, and no other board can take it in that time. A shorter
    retention, a wider visibility and fewer seats than are taken may wait for the agreement or
    objections of other members (protocol 15). Errors: `conflict` if `if_revision` is not the
    current one, if the board has had too many slugs in that time, or if a private board that holds
    text of other members would stop being private; `taken` for the slug, `text_refused`,
    `ceiling_reached`, `proposals.waits`.
    """

    method: ClassVar[str] = "boards.configure"
    needs: ClassVar[Need] = Need(Power.CONFIGURE, on=NeedTarget.BOARD)
    text_paths: ClassVar[tuple[str, ...]] = TEXT_SETTINGS
    grave: ClassVar[tuple[Grave, ...]] = tuple(
        mark for each in SETTINGS.values() for mark in each.marks if isinstance(mark, Grave)
    )
    board: BoardId
    if_revision: Revision | None = None


class BoardOpened(Event, frozen=True, kw_only=True):
    """A board was opened or became listed. On the board; on the commons too if it is listed."""

    kind: ClassVar[str] = "boards.opened"
    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board


class BoardConfigured(Event, frozen=True, kw_only=True):
    """A board's settings changed, its slug too. On the board; on the commons too if it is listed.

    Readers apply a shorter retention to what they hold: a post fades at the earlier of its
    `fades_at` and `visible_at` plus the new retention.
    """

    kind: ClassVar[str] = "boards.configured"
    text_paths: ClassVar[tuple[str, ...]] = BOARD_WORDS
    board: Board


class BoardUnlisted(Event, frozen=True, kw_only=True):
    """A board is no longer listed: drop it unless the member has a seat on it. On the commons."""

    kind: ClassVar[str] = "boards.unlisted"
    board: BoardId
