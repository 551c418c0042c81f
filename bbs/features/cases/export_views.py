"""A case in the export of the member whom it is about (P9)."""

from bbs.clock import Instant
from bbs.features.cases.views import CaseEnding, CaseEntry, CaseState, Evidence
from bbs.ids import BoardId, CaseId
from bbs.messages import Number, View


class ExportedCase(View, frozen=True, kw_only=True):
    """A case about the member, of which they were told, or that is over.

    Attributes:
        evidence: The copies of their own words, as long as they are kept.
        entries: What was noted and done, by office and without names; nothing that a member reported,
            and nothing of which its writer said that it points to who did. They are numbered anew:
            no gap tells how many reported it, or when.
    """

    id: CaseId
    board: BoardId
    number: Number
    state: CaseState
    ending: CaseEnding | None = None
    norm: Number
    norms_version: Number
    of_commons: bool = False
    opened_at: Instant
    asked_at: Instant | None = None
    ended_at: Instant | None = None
    evidence: tuple[Evidence, ...] = ()
    entries: tuple[CaseEntry, ...] = ()
