"""Rules of who is named in a board's log, and to whom (P8, protocol 13.5). Pure."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from bbs.features.members.views import FormerAuthor, MemberAuthor, OfficeAuthor
from bbs.features.moderation.messages import Act, ActContent, ThingKind
from bbs.ids import MemberId
from bbs.powers import Office

TOLD_BY_OFFICE = frozenset({Office.MODERATOR, Office.COMMONS_MODERATOR})
"""The offices that a log names in place of people, where its board says so. The sysop's is missing:
a community mostly has one, whom everybody knows."""

_NAMED_ALWAYS = frozenset({"moderator", "own_moderator", "sysop", "log_by_office"})
"""Changes whose acts name who did them: who holds an office, and what the log names, all may know."""

READ_NAMES = frozenset({Office.MODERATOR, Office.COMMONS_MODERATOR, Office.SYSOP})
"""The offices that hear appeals on a board: in one of them a member reads the names in its log."""


def names_nobody(act: Act) -> bool:
    """Return whether an act says nothing to its readers of whom it is about (13.6). Pure.

    What decides about a case names its number alone: who is restricted is told to seat holders
    apart, and until it ends.
    """
    return act.thing.kind is ThingKind.CASE


def names_its_author(act: ActContent, author: MemberId) -> bool:
    """Return whether an act names its author also where the log names offices. Pure."""
    named = any(change.field in _NAMED_ALWAYS for change in act.changes)
    return named or author == act.about


def is_told_by_office(act: Act) -> bool:
    """Return whether an act names an office and no author, on a board whose log does so. Pure.

    An act that says whose an office is names its author, and so does one that its author did about
    themselves: the names would be known all the same.
    """
    if act.office not in TOLD_BY_OFFICE or not isinstance(act.author, MemberAuthor):
        return False
    return not names_its_author(act, act.author.id)


def without_names(act: Act) -> Act:
    """Return an act as those read it who are told the office alone. Pure."""
    return replace(
        act,
        author=OfficeAuthor(office=act.office),
        seconded_by=None,
        is_seconded=act.seconded_by is not None,
    )


def named_for(act: Act, member: MemberId | None, offices: Collection[Office]) -> Act:
    """Return an act that is told by office, as one reader gets it. Pure.

    Args:
        act: With all names.
        member: The reader; None for nobody in particular.
        offices: The reader's offices in force on the board, from a device; none for a token.
    """
    if not READ_NAMES.isdisjoint(offices) or act.author == MemberAuthor(id=member or ""):
        return act
    return without_names(act)


def without_leavers(acts: Mapping[int, Act], gone: Collection[MemberId]) -> dict[int, Act]:
    """Return acts with the offices of members who left, and without their names. Pure.

    Args:
        acts: By their numbers.
        gone: Who left, and took the name along.
    """
    if not gone:
        return dict(acts)
    return {number: _without_leavers(act, gone) for number, act in acts.items()}


def _without_leavers(act: Act, gone: Collection[MemberId]) -> Act:
    if isinstance(act.author, MemberAuthor) and act.author.id in gone:
        act = replace(act, author=FormerAuthor())
    if act.seconded_by in gone:
        act = replace(act, seconded_by=None, is_seconded=True)
    return replace(act, about=None) if act.about in gone else act
