"""What seat holders are told to govern their board: who is restricted there, and counts (P7, P8)."""

from typing import NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.boards.seat_messages import SeatState
from bbs.features.moderation.numbers_messages import BoardNumbers, GetNumbers, NumbersResult
from bbs.features.moderation.numbers_rules import has_numbers, whole_months
from bbs.features.moderation.rules import holds
from bbs.features.moderation.standing_messages import (
    ListRestricted,
    RestrictedList,
    RestrictedMember,
)
from bbs.ids import BoardId
from bbs.powers import Role
from bbs.refusals import SeatNeeded
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.store.api import Slices, Tx


def list_restricted(tx: Tx, ctx: Context, query: ListRestricted) -> RestrictedList:
    """Return whom decisions restrict on a board, to who has a seat there."""
    _check_seat(ctx)
    found = restriction_records.list_by_clause(tx, query.board, ctx.now)
    everybody = restriction_records.list_restrictions(tx, [query.board], "", ctx.now)
    return RestrictedList(
        members=tuple(
            RestrictedMember(member=member, restriction=restriction)
            for member, restriction in found
        ),
        everybody=tuple(each for each in everybody if holds(each, ctx.now)),
    )


def get_numbers(tx: Tx, ctx: Context, query: GetNumbers) -> Slices[NumbersResult]:
    """Return the counts of a board's moderation, to who has a seat there."""
    _check_seat(ctx)
    since, until = whole_months(ctx.now)
    seats: int = tx.fetch_value(
        "SELECT count(*) FROM seats WHERE board = ? AND state = ?",
        *(query.board, SeatState.SEATED.value),
    )
    told = NumbersResult(board=query.board, since=instant(since), until=instant(until))
    if not has_numbers(seats):
        return told
    posts = yield from _count_posts(tx, query.board, since, until)
    counts, clauses = ctx.readers.case_numbers(tx, query.board, since, until)
    return replace(told, numbers=BoardNumbers(posts=posts, clauses=clauses, **counts))


def _check_seat(ctx: Context) -> None:
    """Refuse whoever has no seat on the board, in whichever office they are.

    Raises:
        SeatNeeded: If they have none.
    """
    assert ctx.standing is not None
    if ctx.standing.role not in (Role.SEATED, Role.MODERATOR):
        raise SeatNeeded(board=ctx.board.id)


class _Published(NamedTuple):
    seq: int
    visible_at: Ms


def _count_posts(tx: Tx, board: BoardId, since: Ms, until: Ms) -> Slices[int]:
    """Return how many posts were published on a board from `since` to just before `until`, in ms.

    From the newest back, by the order of publishing; what was brought in from elsewhere is left out.
    """
    count, before = 0, 2**53
    while rows := tx.select(
        _Published,
        "FROM posts WHERE board = ? AND seq < ? AND imported = 0 ORDER BY seq DESC LIMIT ?",
        *(board, before, limits.SLICE_ROWS),
    ):
        count += sum(since <= row.visible_at < until for row in rows)
        before = rows[-1].seq
        if rows[-1].visible_at < since:
            break
        yield
    return count
