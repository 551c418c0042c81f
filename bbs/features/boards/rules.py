"""Rules of boards: their settings, and roles on them. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bbs import limits, text
from bbs.address import check_slug
from bbs.features.boards.application_rules import check_questions
from bbs.features.boards.declaring import BoardSetting
from bbs.features.boards.end_rules import ends_at, forgets_at
from bbs.features.boards.end_views import BoardEnd
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.boards.settings import SETTINGS, TEXT_SETTINGS, values_of
from bbs.features.moderation.messages import Change
from bbs.ids import MemberId
from bbs.powers import Role


def changes_between(before: Board | None, after: Board) -> tuple[Change, ...]:
    """Return which settings of a board differ, in their order; `before` is None for a new board. Pure."""
    now = {name: each for name, each in values_of(after).items() if SETTINGS[name].is_on(after.id)}
    return differences({} if before is None else values_of(before), now)


def changes_at_opening(board: Board) -> tuple[Change, ...]:
    """Return what the act of opening a board says: its settings, and its kind if it is no plain board. Pure."""
    kind = Change(field="kind", after=board.kind.value)
    return (() if board.kind is BoardKind.BOARD else (kind,)) + changes_between(None, board)


def end_changes(before: BoardEnd | None, after: BoardEnd | None) -> tuple[Change, ...]:
    """Return what an act changes in a board's end. Pure."""
    told = (
        ("ends_at", ends_at(before), ends_at(after)),
        ("forgets_at", forgets_at(before), forgets_at(after)),
    )
    return tuple(
        Change(field=field, before=was, after=now) for field, was, now in told if was != now
    )


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return which settings differ, by name. Pure."""
    return tuple(
        Change(field=name, said_before=old.get(name) or None, said_after=now or None)
        if SETTINGS[name].is_text
        else Change(field=name, before=old.get(name), after=now)
        for name, now in new.items()
        if old.get(name) != now
        and not (SETTINGS[name].may_be_empty and not now and not old.get(name))
    )


def office_change(*, was: bool, now: bool) -> Change:
    """Return the change in an act by which a member becomes moderator, or stops being one. Pure."""
    return Change(field="moderator", before=was, after=now)


_SEAT_FIELDS = frozenset({"seat", "moderator"})


def changes_seat(changes: Iterable[Change]) -> bool:
    """Return whether an act changed the seat of the member it is about. Pure."""
    return any(change.field in _SEAT_FIELDS for change in changes)


def role_on(
    visibility: Visibility,
    *,
    seated_in_community: bool,
    seat: SeatState | None,
    moderator: bool,
) -> Role:
    """Return what a member is on a board. Pure.

    Args:
        visibility: The board's visibility.
        seated_in_community: Whether the member has a seat on the commons.
        seat: The state of the member's seat on this board; None without a seat.
        moderator: Whether the member moderates this board.
    """
    if not seated_in_community:
        return Role.WAITING
    if seat is SeatState.SEATED:
        return Role.MODERATOR if moderator else Role.SEATED
    if visibility is not Visibility.PRIVATE:
        return Role.MEMBER
    if seat in (SeatState.OFFERED, SeatState.WAITING, SeatState.APPLIED):
        return Role.OFFERED
    return Role.OUTSIDER


def correspondent(role: Role, *, device: bool) -> Role:
    """Return what a member is in a letter who would have `role` on a private board. Pure.

    Args:
        device: False for a token: tokens are for programs, which read no letters.
    """
    return Role.CORRESPONDENT if role is Role.SEATED and device else Role.OUTSIDER


def may_write(kind: BoardKind, role: Role) -> bool:
    """Return whether somebody in this role writes on a board of this kind, if anybody does. Pure."""
    return kind is not BoardKind.JOURNAL or role is Role.MODERATOR


def would_empty_office(*, moderators: Collection[MemberId], member: MemberId, others: bool) -> bool:
    """Return whether seat holders would be without a moderator if this moderator left. Pure.

    Args:
        moderators: The board's moderators now.
        member: The moderator who would leave.
        others: Whether another member has a seat there, or waits for a seat.
    """
    return others and not set(moderators) - {member}


def may_take_up(member: MemberId, first: Collection[MemberId]) -> bool:
    """Return whether a seat holder of a board without moderators may become its moderator. Pure.

    Args:
        first: The members who have held a seat there for `OFFICE_SEATED_DAYS` and are not
            restricted. If there are none, every seat holder may, so that no board stays without a
            moderator.
    """
    return not first or member in first


def seats_fit(asked: int, *, ceiling: int, before: int = 0) -> bool:
    """Return whether a board may have this number of seats. Pure.

    Args:
        asked: The requested number.
        ceiling: The most seats that the sysop's settings allow.
        before: The board's number of seats now, which it may keep above a lowered ceiling.
    """
    return asked <= max(ceiling, before)


def check_texts(settings: Mapping[str, Any]) -> None:
    """Check the texts among a board's settings.

    Args:
        settings: Values by name; missing settings are not checked.

    Raises:
        TextRefused: If a text breaks the rules of `bbs.text`, or is too long; if the slug does not
            have the form of one.
        NameTaken: If no board may have this slug.
    """
    for name in TEXT_SETTINGS:
        setting, said = SETTINGS[name], settings.get(name)
        if said is not None and not (setting.may_be_empty and not said):
            _check_text(setting, said)


def _check_text(setting: BoardSetting, said: str) -> None:
    most = setting.about.chars_max
    if setting.name == "slug":
        check_slug(said)
    elif setting.name == "questions":
        check_questions(said)
    elif setting.about.is_paragraph:
        lines = limits.BODY_LINES_MAX
        text.check_body(
            said, field=setting.name, chars_max=most, bytes_max=most * 4, lines_max=lines
        )
    else:
        text.check_line(said, field=setting.name, chars_max=most)
