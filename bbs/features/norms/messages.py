"""Norms: numbered clauses, each a sentence with a why, accepted on taking a seat (P5)."""

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
        text: What is asked, a sentence.
        why: The reason, a sentence; never empty.
    """

    text: _Sentence
    why: _Sentence


Clauses = Annotated[tuple[Clause, ...], Meta(max_length=limits.NORMS_MAX)]


class Norms(Result, frozen=True, kw_only=True):
    """The norms of a board in one version; a clause's number is its place, from 1."""

    board: BoardId
    version: int
    clauses: tuple[Clause, ...]


class GetNorms(Query[Norms], frozen=True, kw_only=True):
    """Read a board's norms. Those of the commons are read before signing up. Errors: `not_found`.

    Attributes:
        version: None for the version in force.
    """

    method: ClassVar[str] = "norms.get"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD)
    board: BoardId
    version: Annotated[int, Meta(ge=1)] | None = None


class GetCommonsNorms(Query[Norms], frozen=True, kw_only=True):
    """Read the norms one accepts by signing up; open to whoever holds an invitation's address."""

    method: ClassVar[str] = "norms.commons"
    needs: ClassVar[Need] = Need(Power.KNOCK)
