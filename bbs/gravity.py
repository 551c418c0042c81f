"""Gravity: which uses of a command are so grave that they wait for other people. Pure.

A command declares its marks (`Command.grave`), each for a value that it changes. The pipeline asks
them with the value before and after, and with how much is there (docs/protocol.md, 15).
"""

from collections.abc import Callable, Iterable

from msgspec import Struct

from bbs import limits

Value = bool | int | str | None


class Use(Struct, frozen=True):
    """A value that a use of a command changes.

    Attributes:
        before, after: The value before and after.
        there: The present amount that the value bounds: seats taken, bytes of text.
        own: Whether the change is about the member who sends the command.
    """

    before: Value
    after: Value
    there: int = 0
    own: bool = False


class Grave(Struct, frozen=True):
    """A mark: a change of this value may be grave.

    Attributes:
        field: The value's name in the act of the command; `WHOLE` for the command itself.
        why: What makes it grave, as a part of a sentence.
        is_grave: Decides whether this use is.
        erases: Whether it touches words that others wrote: those who left cannot agree to it.
        all_moderators: Whether all moderators of the board have to agree, and not one.
        by_delay: Whether it waits by delay also where somebody could give the second key: it is
            for all who sit there to object.
        to_few: Whether it concerns a person (protocol 15.11): nobody is told of it while it waits but
            the mover, that member, and who may agree. It is never put to a vote: nobody can object.
        key_of_commons: Whether its second key is a commons moderator's alone, also on a board that they
            may not read: they see the command, not the board. The board's readers are told as ever.
        counted: Whether the value is no change, but an amount that the handler counts (`Did.there`).
        conceals: Whether nobody is told what it is to be done to but whoever may give the second key,
            and those whose words it is about.
        unopposed: Why nobody can object, as a sentence; empty where members can. Who can give the
            second key may agree while it waits by delay, and nobody else.
        days_min: How long it waits at least, in days, however soon others agree; 0: no longer than
            they take.
    """

    field: str
    why: str
    is_grave: Callable[[Use], bool]
    erases: bool = False
    all_moderators: bool = False
    by_delay: bool = False
    to_few: bool = False
    key_of_commons: bool = False
    counted: bool = False
    conceals: bool = False
    unopposed: str = ""
    days_min: int = 0


WHOLE = "command"
"""Names, like a value, the use of a command as a whole."""

_WIDTH = {"private": 0, "unlisted": 1, "members": 2}


def always(use: Use) -> bool:
    """Return that each use is grave."""
    return True


def ends_sooner(use: Use) -> bool:
    """Return whether words would end sooner; 0 keeps them for ever."""
    return bool(use.after) and (not use.before or _number(use.after) < _number(use.before))


def shows_wider(use: Use) -> bool:
    """Return whether more people could read the board."""
    return _WIDTH.get(str(use.after), 0) > _WIDTH.get(str(use.before), 0)


def leaves_too_few(use: Use) -> bool:
    """Return whether fewer would be allowed than are there."""
    fewer = use.before is None or _number(use.after) < _number(use.before)
    return fewer and _number(use.after) < use.there


def bounds_below(use: Use) -> bool:
    """Return whether the bound would lie below what is there; 0 is no bound."""
    return bool(use.after) and _number(use.after) < use.there


def ends_for_another(use: Use) -> bool:
    """Return whether the office of another member would end."""
    return bool(use.before) and not use.after and not use.own


def begins_by_itself(use: Use) -> bool:
    """Return whether members would take up an office that no one gives them."""
    return bool(use.after) and use.own


def puts_out_of_reach(use: Use) -> bool:
    """Return whether something would be closed in which there are words that some could not reach."""
    return bool(use.after) and not use.before and use.there > 0


def begins_now(use: Use) -> bool:
    """Return whether something would begin that was not there."""
    return use.after is not None and use.before is None


def comes_sooner(use: Use) -> bool:
    """Return whether a day would be set, or set earlier; days are written as 2026-12-31."""
    return use.after is not None and (use.before is None or str(use.after) < str(use.before))


def differs(use: Use) -> bool:
    """Return whether the value would be another one."""
    return use.before != use.after


def is_there(use: Use) -> bool:
    """Return whether there is anything of what the value names."""
    return use.there > 0


def lasts_longer(days: int) -> Callable[[Use], bool]:
    """Return the rule that more than so many days are grave."""

    def is_longer(use: Use) -> bool:
        return use.before != use.after and _number(use.after) > days

    return is_longer


CITES_JUDGEMENT = Grave(
    "norm", "the clause it cites is a matter of judgement", is_there, to_few=True
)
"""The mark of a command that cites a clause against somebody's words: a clause that is a matter of
judgement is cited by two. The server counts such a clause as there, by what the act says it cites."""

HIDES_MANY = Grave(
    "hidden_by_one",
    f"it hides more than {limits.HIDDEN_BY_ONE_MAX} posts or lines of others within"
    f" {limits.HIDDEN_BY_ONE_HOURS} hours by one person",
    lambda use: use.there > limits.HIDDEN_BY_ONE_MAX,
    to_few=True,
    counted=True,
)
"""The mark of a command that hides words of others: `Did.there` has how many its mover has hidden
lately, with those that it hides itself, however they are split."""

REMOVES_UNHELD = Grave(
    "unheld",
    "it removes somebody without an urgent hold that is on",
    is_there,
    to_few=True,
    counted=True,
)
"""The mark of a command that removes a newcomer: two agree to it, or a hold came first."""

PRIVATE_WORDS = Grave(
    "private_words", "it is about private words", is_there, to_few=True, counted=True
)
"""The mark of a command that judges words from a letter, which `Did.there` counts."""


UNCLAIMED_SEAT = Grave(
    "unclaimed_seat",
    "the board came as a lifeboat, and the seat is for somebody who claimed no words there",
    is_there,
    erases=True,
    counted=True,
)
"""The mark of offering a seat on a lifeboat's board: nothing proves who might read it (protocol 29.10)."""


def longer_than(days: int) -> Grave:
    """Return the mark of a command that narrows a member for more than so many `days`, a change of it."""
    return Grave("days", f"it lasts longer than {days} days", lasts_longer(days), to_few=True)


def on_person(why: str) -> Grave:
    """Return the mark of a command that always takes two keys, because of what it does to a person.

    Args:
        why: What makes it grave, as a part of a sentence.
    """
    return Grave(WHOLE, why, always, to_few=True)


def _number(value: Value) -> int:
    return int(value or 0)


def find_grave(marks: Iterable[Grave], uses: dict[str, Use]) -> tuple[Grave, ...]:
    """Return the marks by which a use of a command is grave.

    Args:
        uses: Each value that it changes, by name.
    """
    uses = {**uses, WHOLE: Use(before=None, after=None)}
    return tuple(mark for mark in marks if mark.field in uses and mark.is_grave(uses[mark.field]))
