"""Describe the items of the inbox in lines: answers, mentions, thanks and notices. Pure."""

from bbs.features.boards.messages import Board, Seat, SeatState
from bbs.features.members.author_text import author_name
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.views import InboxItem, InboxKind
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.output import local_time
from bbs.text import sanitize

_SEAT_TOLD = {
    SeatState.SEATED: "you have a seat on {}",
    SeatState.OFFERED: "a seat on {} is offered to you",
    SeatState.WAITING: "you are on the waiting list of {}",
    SeatState.LEFT: "you have no seat on {} any more",
}


def inbox_lines(item: InboxItem, boards: dict[str, Board], members: lookup.Members) -> list[str]:
    """Return an item of the inbox as lines of clean text; none if this version does not know it."""
    if item.seat is not None:
        return [f"notice: {_seat_told(item.seat, boards)}  {local_time(item.at)}"]
    if item.post is None or item.thread is None:
        return []
    head, words = render.post_summary(item.post, item.thread, boards, members)
    if item.kind is not InboxKind.THANKS:
        return [f"{item.kind.value}: {head}", words]
    by = author_name(MemberAuthor(id=item.by or ""), members)
    board = render.board_label(item.post.board, boards)
    address = f"{board}/{item.thread.number}/{item.post.number}"
    title = render.title_of(item.thread)
    return [f"thanks: {sanitize(by)} thanks you for {address}  {local_time(item.at)}  {title}"]


def _seat_told(seat: Seat, boards: dict[str, Board]) -> str:
    place = render.board_label(seat.board, boards)
    if seat.moderator:
        return f"you moderate {place}"
    return _SEAT_TOLD[seat.state].format(place)
