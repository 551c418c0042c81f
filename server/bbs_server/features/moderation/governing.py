"""What seat holders are told to govern their board: who is restricted there, and counts (P7, P8)."""

from typing import NamedTuple

from msgspec.structs import replace

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
from bbs.streams import board_stream
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.store import event_log
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


class _Span(NamedTuple):
    """Posts of a span of seqs: how many were published in the months, and when the first one was."""

    posts: int | None
    first: Ms | None


def _count_posts(tx: Tx, board: BoardId, since: Ms, until: Ms) -> Slices[int]:
    """Return how many posts were published on a board from `since` to just before `until`, in ms.

    From the newest back, by the order of publishing; what was brought in from elsewhere is left out.
    """
    count, before = 0, event_log.head(tx, board_stream(board)).seq + 1
    while before > 0:
        span = tx.select_one(
            _Span,
            "SELECT sum(CASE WHEN visible_at >= ? AND visible_at < ? THEN 1 ELSE 0 END) AS posts,"
            " min(visible_at) AS first FROM posts"
            " WHERE board = ? AND imported = 0 AND seq < ? AND seq >= ?",
            *(since, until, board, before, before - SPAN_SEQS),
        )
        before -= SPAN_SEQS
        if span is None or span.first is None:
            continue
        count += span.posts or 0
        if span.first < since:
            break
        yield
    return count


SPAN_SEQS = 5_000  # a few milliseconds; then others may read
