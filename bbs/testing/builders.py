"""Builders of views for tests: every field has a sensible value, which a keyword replaces."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from bbs import limits
from bbs.clock import HOUR_MS, instant
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.members.views import Member, MemberAuthor
from bbs.features.moderation.messages import Act, Change, Thing, ThingKind
from bbs.features.reading.views import Notice, NoticeKind
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import COMMONS, MemberId, new_id
from bbs.powers import Office, Power
from bbs.testing.clock import NOON

_AT: datetime = instant(NOON)


def a_member(**fields: Any) -> Member:
    """Return a seated member; their handle is drawn from their id unless given."""
    member_id = fields.setdefault("id", new_id())
    handle = f"m{member_id[:7]}"
    member = Member(id=member_id, handle=handle, name=handle.title(), joined_at=_AT)
    return replace(member, **fields)


def a_board(**fields: Any) -> Board:
    """Return a listed board whose posts are kept; its slug is drawn from its id unless given."""
    board_id = fields.setdefault("id", new_id())
    slug = f"b{board_id[:7]}"
    board = Board(
        id=board_id,
        slug=slug,
        number=1,
        title=slug.title(),
        charter="A place to try things.",
        seats=limits.BOARD_SEATS_DEFAULT,
        lounge_hours=limits.LOUNGE_HOURS_DEFAULT,
    )
    return replace(board, **fields)


def a_seat(**fields: Any) -> Seat:
    """Return a taken seat, on the commons unless told otherwise, first in its order."""
    seat = Seat(board=COMMONS, member=new_id(), state=SeatState.SEATED, position=1, norms_version=1)
    return replace(seat, **fields)


def a_thread(**fields: Any) -> Thread:
    """Return a published thread of one post, on the commons unless told otherwise."""
    thread = Thread(
        id=new_id(),
        board=COMMONS,
        number=1,
        author=MemberAuthor(id=new_id()),
        title="A thread",
        at=_AT,
        posts=1,
        last_at=_AT,
    )
    return replace(thread, **fields)


def a_post(**fields: Any) -> Post:
    """Return a published post; give `thread` and `board` to place it."""
    at = fields.get("at", _AT)
    post = Post(
        id=new_id(),
        board=COMMONS,
        thread=new_id(),
        number=1,
        author=MemberAuthor(id=new_id()),
        at=at,
        visible_at=at,
        seq=1,
        body="A post.",
    )
    return replace(post, **fields)


def a_line(**fields: Any) -> Line:
    """Return a line of a lounge, the commons' unless told otherwise."""
    line = Line(
        id=new_id(),
        board=COMMONS,
        number=1,
        author=MemberAuthor(id=new_id()),
        at=_AT,
        fades_at=instant(NOON + limits.LOUNGE_HOURS_DEFAULT * HOUR_MS),
        body="A line.",
    )
    return replace(line, **fields)


def a_notice(*, about: MemberId, **fields: Any) -> Notice:
    """Return a notice that a member became moderator, on the commons unless told otherwise."""
    notice = Notice(id=new_id(), kind=NoticeKind.ABOUT, at=_AT, board=COMMONS)
    notice = replace(notice, **fields)
    act = Act(
        id=new_id(),
        board=notice.board,
        number=1,
        at=notice.at,
        method="boards.appoint",
        author=MemberAuthor(id=new_id()),
        office=Office.SYSOP,
        power=Power.APPOINT,
        thing=Thing(kind=ThingKind.MEMBER),
        about=about,
        changes=(Change(field="moderator", before=False, after=True),),
    )
    return notice if "act" in fields else replace(notice, act=act)
