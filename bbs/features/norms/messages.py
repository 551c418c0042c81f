"""Norms: numbered clauses, each a sentence with a why; members accept them with a seat (P5)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.ids import BoardId
from bbs.messages import Query, Result, View
from bbs.powers import Need, NeedTarget, Power

_Sentence = Annotated[str, Meta(max_length=limits.NORM_CHARS_MAX * 4)]


class Clause(View, frozen=True, kw_only=True):
    """One clause of a board's norms.

    Attributes:
        text: The rule, a sentence.
        why: The reason, a sentence; never empty.
    """

    text: _Sentence
    why: _Sentence


Clauses = Annotated[tuple[Clause, ...], Meta(max_length=limits.NORMS_MAX)]


class Norms(Result, frozen=True, kw_only=True):
    """One version of a board's norms; a clause's number is its place in `clauses`, from 1."""

    board: BoardId
    version: int
    clauses: tuple[Clause, ...]


class GetNorms(Query[Norms], frozen=True, kw_only=True):
    """Read a board's norms; those of the commons before signing up. Errors: `not_found`.

    Attributes:
        version: None for the version in force.
    """

    method: ClassVar[str] = "norms.get"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD)
    board: BoardId
    version: Annotated[int, Meta(ge=1)] | None = None


class GetCommonsNorms(Query[Norms], frozen=True, kw_only=True):
    """Read the norms that a new member accepts by signing up; allowed without signing in."""

    method: ClassVar[str] = "norms.commons"
    needs: ClassVar[Need] = Need(Power.KNOCK)
