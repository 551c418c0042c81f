"""Norms: numbered clauses, each a sentence with a why; members accept them with a seat (P5)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, differs
from bbs.ids import BoardId
from bbs.messages import Command, Event, Query, Result, View
from bbs.powers import Need, NeedTarget, Power

_Sentence = Annotated[str, Meta(max_length=limits.NORM_CHARS_MAX * 4)]


class Clause(View, frozen=True, kw_only=True):
    """One clause of a board's norms.

    Attributes:
        text: The rule, a sentence.
        why: The reason, a sentence; never empty.
        example: What keeps it or breaks it, a sentence; None for none.
        judgement: Whether two people have to agree that it was broken before it is cited.
    """

    text: _Sentence
    why: _Sentence
    example: _Sentence | None = None
    judgement: bool = False


Clauses = Annotated[tuple[Clause, ...], Meta(max_length=limits.NORMS_MAX)]

Version = Annotated[int, Meta(ge=1)]

CLAUSE_WORDS = ("norms.text", "norms.why", "norms.example")


class Norms(Result, frozen=True, kw_only=True):
    """One version of a board's norms; a clause's number is its place in `clauses`, from 1.

    Attributes:
        since: The moment from which it is, or was, in force; None from an older server.
        reason: The reason of the change; None for the first version.
        act: The id of the act that made it; None for the first version.
    """

    board: BoardId
    version: int
    clauses: tuple[Clause, ...]
    since: Instant | None = None
    reason: str | None = None
    act: str | None = None


class NormsVersion(View, frozen=True, kw_only=True):
    """A version of a board's norms without its clauses; the fields are those of `Norms`."""

    version: int
    since: Instant
    reason: str | None = None
    act: str | None = None


class NormsVersions(Result, frozen=True, kw_only=True):
    """The versions of a board's norms, the newest first.

    Attributes:
        cited: For each clause in force, in their order, how many acts of the last `ACT_DAYS` cited
            it, in whichever version it had the same text. It is a number about the rule, not about
            those who cited it or broke it (P2).
    """

    board: BoardId
    versions: tuple[NormsVersion, ...]
    cited: tuple[int, ...] = ()


class AmendNormsResult(Result, frozen=True, kw_only=True):
    """The version in force after the command."""

    board: BoardId
    version: int


class GetNorms(Query[Norms], frozen=True, kw_only=True):
    """Read a board's norms; those of the commons before signing up. Errors: `not_found`.

    Attributes:
        version: None for the version in force.
    """

    method: ClassVar[str] = "norms.get"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD, in_line=True)
    board: BoardId
    version: Version | None = None


class ListNormsVersions(Query[NormsVersions], frozen=True, kw_only=True):
    """List the versions of a board's norms, and how often each clause was cited. Errors: `not_found`."""

    method: ClassVar[str] = "norms.versions"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD)
    board: BoardId


class GetCommonsNorms(Query[Norms], frozen=True, kw_only=True):
    """Read the norms that a new member accepts by signing up; allowed without signing in."""

    method: ClassVar[str] = "norms.commons"
    needs: ClassVar[Need] = Need(Power.KNOCK)


class AmendNorms(Command[AmendNormsResult], frozen=True, kw_only=True):
    """Change a board's norms: the new version holds all clauses. Logged on the board (P8).

    It may wait for the agreement or objections of other members (protocol 15). Once the new version
    is in force, members can still read, but have to accept it before writing there again. The norms
    of the commons hold everywhere, so after their change members accept the new version before
    writing anywhere (P5). The member who amends has accepted it. Earlier posts keep the version
    that was in force. Errors: `conflict` if `if_version` is not in force, `text_refused`,
    `protocol.bad_params` for too many clauses or none, `proposals.waits`.

    Attributes:
        norms: All clauses of the new version, in their order.
        reason: Why; members read it with the norms.
        if_version: The version that the new one was made from; None not to compare.
    """

    method: ClassVar[str] = "norms.amend"
    needs: ClassVar[Need] = Need(Power.AMEND, on=NeedTarget.BOARD)
    text_paths: ClassVar[tuple[str, ...]] = (*CLAUSE_WORDS, "reason")
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("norms", "everybody there would have to accept other norms", differs),
    )
    board: BoardId
    norms: Clauses
    reason: Reason
    if_version: Version | None = None


class NormsAmended(Event, frozen=True, kw_only=True):
    """A new version of the norms is in force. On the board.

    `boards.configured` tells it too, by the board's `norms_version`, on the commons as well where
    the board is listed; the clauses are fetched.

    Attributes:
        board: The board of the norms.
        version: The version in force now.
    """

    kind: ClassVar[str] = "norms.amended"
    board: BoardId
    version: int
