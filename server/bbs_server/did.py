"""What a handler says of a use of power: what it did, or that nothing changed (P8)."""

from enum import Enum

from msgspec import Struct

from bbs.features.members.views import Author
from bbs.features.moderation.messages import Change, Thing
from bbs.ids import BoardId, MemberId
from bbs.powers import Power


class Did(Struct, frozen=True):
    """What a use of power did, for the acts of its board (P8). The pipeline knows the rest.

    It holds words of office only: titles of boards, charters, norms, reasons; never a member's.

    Attributes:
        thing: What it was done to.
        board: In whose acts it stands; None for the board that the request is about.
        about: The member it was about.
        changes: What it changed, each with what was before.
        norm, norms_version, law, reason: Why; as in `Act`.
        batch, undoes: As in `Act`.
        power: The power used, where it is not the request's.
        author: Who used it, where it is not the actor.
    """

    thing: Thing
    board: BoardId | None = None
    about: MemberId | None = None
    changes: tuple[Change, ...] = ()
    norm: int | None = None
    norms_version: int | None = None
    law: str | None = None
    reason: str | None = None
    batch: str | None = None
    undoes: str | None = None
    power: Power | None = None
    author: Author | None = None


class Unchanged(Enum):
    """Says that a command changed nothing, so that there is no act."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED
