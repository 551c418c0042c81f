"""The posts that are new to a member: counted by thread, and as a round."""

from collections.abc import Iterable

from bbs import limits
from bbs.features.boards.seat_messages import SeatState
from bbs.features.reading import rounds
from bbs.features.reading.messages import GetRound, GetUnread, Unread, UnreadResult
from bbs.features.reading.rounds import RoundPreferences, UnreadPost, Vector
from bbs.features.reading.views import RoundResult, Section
from bbs.ids import BoardId, ThreadId
from bbs.streams import board_stream
from bbs_server.features.reading import choices, records
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Slices, Tx


def get_unread(tx: Tx, ctx: Context, query: GetUnread) -> Slices[UnreadResult]:
    """Count the actor's new posts by thread, on the boards where the actor has a seat."""
    mine = [board for board in _mine(tx, ctx) if query.board in (None, board)]
    wishes = _wishes(tx, ctx, mine)
    vector = records.board_heads(tx, mine)
    found, more = yield from _waiting(tx, ctx, mine, wishes, vector)
    counts: dict[tuple[BoardId, ThreadId], int] = {}
    for post, _ in found:
        counts[post.board, post.thread] = counts.get((post.board, post.thread), 0) + 1
    threads = [
        Unread(thread=thread, board=board, posts=posts) for (board, thread), posts in counts.items()
    ]
    return UnreadResult(
        threads=tuple(threads[: limits.UNREAD_THREADS_MAX]),
        more=more or len(threads) > limits.UNREAD_THREADS_MAX,
        as_of={board_stream(board): seq for board, seq in vector.items()},
    )


def get_round(tx: Tx, ctx: Context, query: GetRound) -> Slices[RoundResult]:
    """Return the new posts on the boards where the actor has a seat, as a round (P4)."""
    mine = _mine(tx, ctx)
    wishes = _wishes(tx, ctx, mine)
    vector = records.board_heads(tx, mine)
    found, more = yield from _waiting(tx, ctx, wishes.order, wishes, vector)
    sized: list[UnreadPost] = []
    sections: dict[Section, list[UnreadPost]] = {section: [] for section in Section}
    for start in range(0, len(found), limits.READ_PIECE_ROWS):
        piece = found[start : start + limits.READ_PIECE_ROWS]
        chars = texts.lengths(tx, (text for _, text in piece))
        new = [post._replace(chars=chars.get(text, 0)) for post, text in piece]
        for section, posts in rounds.sections_of(new, wishes, vector).items():
            sections[section] += posts
        sized += new
        yield
    shown = rounds.arranged(sections, wishes, vector, more=more)
    yield
    return RoundResult(
        round=shown,
        size=rounds.size(shown, sized),
        as_of={board_stream(board): seq for board, seq in vector.items()},
    )


def _waiting(
    tx: Tx, ctx: Context, boards: Iterable[BoardId], wishes: RoundPreferences, vector: Vector
) -> Slices[tuple[list[tuple[UnreadPost, str]], bool]]:
    """Return the new posts of boards, and whether there are more than UNREAD_POSTS_MAX."""
    found: list[tuple[UnreadPost, str]] = []
    more = False
    for board in boards:
        room = limits.UNREAD_POSTS_MAX - len(found)
        here, cut = yield from records.list_unread(
            tx, ctx.member, board, ctx.now, wishes, vector[board], room
        )
        found += here
        more |= cut
    return found, more


def _mine(tx: Tx, ctx: Context) -> list[BoardId]:
    """Return the boards on which the actor has a seat, by number."""
    readable = ctx.readers.boards_readable(tx, ctx)
    return [board for board, _, seat in readable if seat is SeatState.SEATED]


def _wishes(tx: Tx, ctx: Context, mine: list[BoardId]) -> RoundPreferences:
    numbers = {board: place for place, board in enumerate(mine, start=1)}
    numbers |= dict.fromkeys(numbers.keys() & set(ctx.readers.own_letters(tx, ctx)), 0)
    return rounds.round_preferences(choices.list_choices(tx, ctx.member), numbers)
