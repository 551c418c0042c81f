"""Cases as the desk handles them: what it hears of them (protocol 22)."""

from typing import ClassVar

from bbs.features.cases.views import CaseEntry, CaseHead
from bbs.ids import BoardId, CaseId
from bbs.messages import Event, Number


class CaseWaits(Event, frozen=True, kw_only=True):
    """A case was opened, moved on or closed. On the desk of its board, and of the commons once passed on.

    A desk learns a number and nothing else: who may handle the case asks for it, or hears its stream.
    """

    kind: ClassVar[str] = "cases.waits"
    case: CaseId
    board: BoardId
    number: Number


class CaseChanged(Event, frozen=True, kw_only=True):
    """Something happened in a case. On the case's stream, to those who may handle it."""

    kind: ClassVar[str] = "cases.changed"
    text_paths: ClassVar[tuple[str, ...]] = ("entry.text",)
    head: CaseHead
    entry: CaseEntry | None = None
