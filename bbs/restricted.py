"""The error of a restriction: its effect, clause and end, and what the member can still do (P7)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bbs.ids import COMMONS
from bbs.plural import whole_span
from bbs.refusals import Refused

_READ_ON = "read on; you can take back your own words"
_PACED = "write, and wait that long before you write again"
_WAIT = "send it again then"
_RESTRICTED = {
    "silenced": ("you cannot write {where}", _READ_ON),
    "slowed": ("you can write {where} once in {pace}", _PACED),
    "suspended": (
        "you are suspended from {what}",
        "you can read its norms, and take back your own words",
    ),
    "guarded": ("as a newcomer you can write {where} once in {pace}", _PACED),
    "read_only": ("{what} is read-only", _READ_ON),
    "archived": ("{what} is archived: nobody writes there or takes a seat", _READ_ON),
    "locked": ("this thread is locked", f"{_READ_ON}, or start another thread"),
    "paced": ("everybody can write {where} once in {pace}", _PACED),
    "moving": (
        "{what} moves to another community: nothing changes there but what ends words",
        _READ_ON,
    ),
    "locked_down": (
        "{what} takes no newcomers",
        "your invitation or place in line keeps until then",
    ),
}
"""The sentence of each kind of restriction, and what the member can still do."""

_UNKNOWN_KIND = ("you cannot do that {where}", "read on")


class Restricted(Refused, code="moderation.restricted"):
    """A restriction of the member, or of everybody on the board, forbids the request (P7).

    Attributes:
        kind: The kind of the restriction, like `silenced`.
        board: The board it applies to.
        until: When it ends; None until a moderator or the sysop ends it.
        norm: The clause of the board's norms it cites, or None.
        thread: The thread it is limited to, or None.
        seconds: For a pace, the seconds between two writings.
        again_at: For a pace, when the same request may be sent again.
        reason: The reason, in the words of the member who set it. Foreign text: sanitize it (P13).
    """

    kind: str
    board: str
    until: datetime | None = None
    norm: int | None = None
    thread: str | None = None
    seconds: int | None = None
    again_at: datetime | None = None
    reason: str | None = None

    def __init__(self, *facts: Any, **named: Any) -> None:
        """Store the facts; the hint depends on the kind."""
        super().__init__(*facts, **named)
        _, hint = _RESTRICTED.get(self.kind, _UNKNOWN_KIND)
        vars(self)["hint"] = hint if self.again_at is None else _WAIT

    def __str__(self) -> str:
        return self.sentence_with(lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC")

    def sentence_with(self, moment_text: Callable[[datetime], str]) -> str:
        """Return what holds, by which clause, until when and why.

        Args:
            moment_text: Writes a moment as its reader reads it, to the minute.
        """
        if self.board == COMMONS:
            what, where = "this community", "in the commons"
        else:
            what, where = "this board", "on this board"
        if self.thread is not None:
            where = "in this thread"
        said, _ = _RESTRICTED.get(self.kind, _UNKNOWN_KIND)
        said = said.format(what=what, where=where, pace=whole_span(self.seconds or 0))
        clause = "" if self.norm is None else f" (clause {self.norm})"
        until = "" if self.until is None else f" until {moment_text(self.until)}"
        comma = "," if until and self.seconds is not None and not clause else ""
        because = "" if self.reason is None else f" (“{self.reason}”)"
        again = "" if self.again_at is None else f"; next at {moment_text(_up(self.again_at))}"
        return f"{said}{clause}{comma}{until}{because}{again}"


def _up(moment: datetime) -> datetime:
    """Return the first full minute that is no earlier: who waits until then does not wait in vain."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)
