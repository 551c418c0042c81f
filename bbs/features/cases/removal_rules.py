"""Rules of removing a newcomer who "never was a member": who is one, and what follows (P7). Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.cases.views import CaseLevel
from bbs.ids import COMMONS, BoardId
from bbs.powers import Office
from bbs.refusals import Conflict


class RemovalState(StrEnum):
    """The state of a removal. Changes: see `REMOVAL_TRANSITIONS`."""

    REMOVED = "removed"  # all they wrote is hidden; they can appeal and export
    LIFTED = "lifted"  # all is shown again, and then the removal is forgotten
    ERASING = "erasing"  # account and words are being erased, which nobody stops any more
    ERASED = "erased"  # nothing is left but the handle, which nobody else can take


_R = RemovalState

REMOVAL_TRANSITIONS: Mapping[RemovalState | None, frozenset[RemovalState]] = {
    None: frozenset({_R.REMOVED}),
    _R.REMOVED: frozenset({_R.LIFTED, _R.ERASING}),
    _R.LIFTED: frozenset(),
    _R.ERASING: frozenset({_R.ERASED}),
    _R.ERASED: frozenset(),
}
"""The states that may follow each state of a removal; None before somebody removes a newcomer."""


def check_removal_move(before: RemovalState | None, after: RemovalState) -> RemovalState:
    """Refuse a change of a removal that `REMOVAL_TRANSITIONS` does not have.

    Raises:
        Conflict: If it has not.
    """
    if after not in REMOVAL_TRANSITIONS[before]:
        raise Conflict(what="account and words are being erased, or are: nothing brings them back")
    return after


def check_newcomer(joined_at: Ms, now: Ms, *, guarded_since: Ms | None) -> None:
    """Refuse to remove somebody who is a member by now: the ladder holds for them.

    Args:
        joined_at: When they joined, in ms.
        now: The proven time, in ms.
        guarded_since: When the first of the guards began that are on for them, in ms; None for none.
            One that began later is no newcomer's to the community: any board may have guards.

    Raises:
        Conflict: If they joined more than `REMOVAL_DAYS_FROM_JOINING` days ago, and no guard is on
            that began before.
    """
    new_until = joined_at + limits.REMOVAL_DAYS_FROM_JOINING * DAY_MS
    if now < new_until or (guarded_since is not None and guarded_since < new_until):
        return
    days = limits.REMOVAL_DAYS_FROM_JOINING
    raise Conflict(
        what=f"they joined more than {days} days ago, and no guard of those days is on: they are a"
        " member, and the ladder holds for them"
    )


def check_no_office(offices: Collection[Office]) -> None:
    """Refuse to remove who holds an office: whom others trusted with it is no newcomer.

    Else the founder of a community could be erased in its first days.

    Raises:
        Conflict: If they hold one.
    """
    if offices:
        raise Conflict(what="they hold an office, so they are a member: the ladder holds for them")


def check_level(board: BoardId, level: CaseLevel) -> None:
    """Refuse to remove somebody from the community where only a board decides.

    Raises:
        Conflict: If the case is not handled at the commons' level, or above.
    """
    if board != COMMONS and level is CaseLevel.BOARD:
        raise Conflict(
            what="only moderators of the commons and the sysop remove somebody: pass the case on"
        )


def is_due(erase_at: Ms, now: Ms, *, appealed: bool, doubted: bool) -> bool:
    """Return whether account and words are erased now, which nobody can undo.

    Args:
        erase_at: The day, in ms.
        now: The proven time, in ms.
        appealed: Whether any appeal of theirs is open.
        doubted: Whether the server's clock is in doubt.
    """
    return erase_at <= now and not appealed and not doubted
