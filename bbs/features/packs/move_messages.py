"""Requests about a board that moves to another community (protocol 30)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.boards.settings import Visibility
from bbs.features.members.views import PublicKey
from bbs.features.moderation.views import Reason
from bbs.features.packs import move_limits
from bbs.features.packs.move_views import BoardName, Move, MoveHost, MoveState, Receipt
from bbs.gravity import WHOLE, Grave, always
from bbs.ids import BoardId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, NeedTarget, Power

NEW_COMMUNITY = "new_community"
"""What the acts of a move call the title of the community to which a board goes."""


class MoveResult(Result, frozen=True, kw_only=True):
    """The board's move; None if the board does not move."""

    move: Move | None = None


class MoveBoard(Command[MoveResult], frozen=True, kw_only=True):
    """Announce that a board moves to another community. Logged on the board (P8).

    The command waits `MOVE_DAYS` for objections, however many agree (protocol 15), and meanwhile
    each author is asked for their consent. Then the board is read-only, as soon as no case is open
    there, until the new server's receipt comes. Errors: `conflict` for the commons, a board that
    moves already, and with how many cases while any is open; `text_refused`, `taken`,
    `protocol.bad_params` for an address or a visibility that cannot be; `proposals.waits`.

    Attributes:
        key: The signing key of the new server, from its `hello`: people compared it.
        slug, visibility: Of the board there; never visible to more people than now.
        community: What the new community is called, as the mover saw it; None if they did not ask.
    """

    method: ClassVar[str] = "packs.move"
    needs: ClassVar[Need] = Need(Power.MOVE_BOARD, on=NeedTarget.BOARD)
    text_paths: ClassVar[tuple[str, ...]] = ("reason", "community")
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave(
            WHOLE,
            "the board would go to another community, with the words of all",
            always,
            erases=True,
            by_delay=True,
            days_min=move_limits.MOVE_DAYS,
        ),
    )
    board: BoardId
    host: MoveHost
    key: PublicKey
    slug: BoardName
    visibility: Visibility
    reason: Reason
    community: Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX)] | None = None


class GetMove(Query[MoveResult], frozen=True, kw_only=True):
    """Read whether and where a board moves, or has moved; open to all who may know of the board."""

    method: ClassVar[str] = "packs.move_state"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD)
    board: BoardId


class CancelMove(Command[MoveResult], frozen=True, kw_only=True):
    """Open a board again that waits for cases, or for the new server's receipt. Logged there (P8).

    While it is announced only, its mover withdraws the command (15). Errors: `conflict` for a board
    that does not move, is announced only, or was handed over; `text_refused`.
    """

    method: ClassVar[str] = "packs.cancel_move"
    needs: ClassVar[Need] = Need(Power.MOVE_BOARD, on=NeedTarget.BOARD)
    board: BoardId
    reason: Reason


class BringReceipt(Command[MoveResult], frozen=True, kw_only=True):
    """Hand a board over: its new server has signed that it holds all of it. Logged there (P8).

    From then on its words are sealed here, and its address leads on. The same receipt changes
    nothing. Errors: `packs.paper_refused` for any receipt but that of the announced server about
    the last pack, and for a second one; `conflict` for a board that is not ready.
    """

    method: ClassVar[str] = "packs.bring_receipt"
    needs: ClassVar[Need] = Need(Power.MOVE_BOARD, on=NeedTarget.BOARD)
    board: BoardId
    receipt: Receipt


class MoveChanged(Event, frozen=True, kw_only=True):
    """A board's move came to another state. On the board; `packs.move_state` says where it goes.

    Attributes:
        state: None if the board does not move any more.
    """

    kind: ClassVar[str] = "packs.move_changed"
    board: BoardId
    state: MoveState | None = None
