"""What undoes commands about boards, seats and offices that were items of a batch (protocol 26)."""

from collections.abc import Mapping
from typing import Any

from msgspec import convert

from bbs import limits
from bbs.features.boards.application_messages import AcceptApplication, DeclineApplication
from bbs.features.boards.end_messages import SetEnd
from bbs.features.boards.end_rules import moment_of
from bbs.features.boards.end_views import AtEnd
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import (
    Appoint,
    OfferedBy,
    OfferSeat,
    SeatState,
    TakeBackOffer,
)
from bbs.features.boards.settings import SETTINGS
from bbs.messages import Command
from bbs_server.features.boards import seat_records
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.undoing import CannotComeBack, Undo, Undoing, Undone, never


def _settings_back(tx: Tx, ctx: Context, done: ConfigureBoard, undoing: Undoing) -> Undone:
    """Give each setting that an act changed the value back that it had, the words from the act."""
    values: dict[str, Any] = {}
    for change in undoing.act.changes:
        setting = SETTINGS.get(change.field)
        if setting is None:
            continue
        before = change.said_before if setting.is_text else change.before
        if before is None and not setting.may_be_empty:
            why = f"The log does not have the {setting.label} of before any more."
            return CannotComeBack(why)
        values[setting.name] = "" if before is None else before
    return (convert({"board": done.board, **values}, ConfigureBoard),)


def _end_back(tx: Tx, ctx: Context, done: SetEnd, undoing: Undoing) -> Undone:
    """Give a board the end back that it had, or none; an act says of both only what it changed."""
    ends, forgets = undoing.change("ends_at"), undoing.change("forgets_at")
    ends_at = done.ends_at
    if ends is not None:
        ends_at = None if ends.before is None else moment_of(str(ends.before))
    forgot = forgets is not None and forgets.before is not None
    at_end = AtEnd.FORGET if forgot and ends_at is not None else AtEnd.ARCHIVE
    return (SetEnd(board=done.board, ends_at=ends_at, at_end=at_end),)


def _offer_back(tx: Tx, ctx: Context, done: OfferSeat, undoing: Undoing) -> Undone:
    seat = seat_records.find_seat(tx, ctx.now, done.board, done.member)
    if seat is None:
        return CannotComeBack("This offer is over: nobody took it.")
    if seat.state is not SeatState.OFFERED or seat.offered_by is not OfferedBy.DESK:
        return CannotComeBack("This member took the seat, and nobody takes a seat from a member.")
    return (TakeBackOffer(board=done.board, member=done.member),)


def _offer_again(tx: Tx, ctx: Context, done: TakeBackOffer, undoing: Undoing) -> Undone:
    return (OfferSeat(board=done.board, member=done.member),)


def _office_back(tx: Tx, ctx: Context, done: Appoint, undoing: Undoing) -> Undone:
    return (Appoint(board=done.board, member=done.member, moderator=not done.moderator),)


UNDO: Mapping[type[Command[Any]], Undo] = {
    ConfigureBoard: Undo(
        _settings_back,
        (ConfigureBoard,),
        "Each setting comes back, a title and a charter from the words of the act. Posts that a"
        " shorter retention let end sooner do, and what was offered by more seats stays offered.",
    ),
    SetEnd: Undo(_end_back, (SetEnd,), "An end that is too near by now cannot be set again."),
    OfferSeat: Undo(
        _offer_back, (TakeBackOffer,), "A seat that the member took is theirs, and stays so."
    ),
    TakeBackOffer: Undo(
        _offer_again, (OfferSeat,), f"It is a new offer, for {limits.SEAT_OFFER_DAYS} days."
    ),
    Appoint: Undo(
        _office_back, (Appoint,), "To end an office is grave, and waits as it always does."
    ),
    AcceptApplication: never("The member has the seat now, or a place in line: both are theirs."),
    DeclineApplication: never(
        "The member was told; they may ask again, and another answer is a new decision."
    ),
}
"""What undoes each of them."""
