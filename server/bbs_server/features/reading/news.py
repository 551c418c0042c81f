"""What is new to one: counted by thread, and as a round."""

from collections.abc import Iterable

from bbs import limits
from bbs.features.boards.messages import SeatState
from bbs.features.reading import rounds
from bbs.features.reading.messages import GetRound, GetUnread, RoundShown, Unread, UnreadShown
from bbs.features.reading.rounds import Waiting, Wishes
from bbs.ids import BoardId, ThreadId
from bbs_server.acting import At, board_stream
from bbs_server.features.reading import choices, records
from bbs_server.store import log, texts
from bbs_server.store.engine import Tx


def get_unread(tx: Tx, at: At, query: GetUnread) -> UnreadShown:
    """What is new to one, thread by thread, on the boards one sits on."""
    mine = [board for board in _mine(tx, at) if query.board in (None, board)]
    wishes = _wishes(tx, at, mine)
    found, more = _waiting(tx, at, mine, wishes)
    counts: dict[tuple[BoardId, ThreadId], int] = {}
    for one, _ in found:
        counts[one.board, one.thread] = counts.get((one.board, one.thread), 0) + 1
    threads = [
        Unread(thread=thread, board=board, posts=posts) for (board, thread), posts in counts.items()
    ]
    return UnreadShown(
        threads=tuple(threads[: limits.UNREAD_THREADS_MAX]),
        more=more or len(threads) > limits.UNREAD_THREADS_MAX,
        as_of=log.heads(tx, [board_stream(board) for board in mine]),
    )


def get_round(tx: Tx, at: At, query: GetRound) -> RoundShown:
    """Everything new to one on the boards one sits on, in the order of a round (P4)."""
    mine = _mine(tx, at)
    wishes = _wishes(tx, at, mine)
    found, more = _waiting(tx, at, wishes.order, wishes)
    vector = {board: log.head(tx, board_stream(board)).seq for board in mine}
    shown = rounds.round_of((one for one, _ in found), wishes, vector, more=more)
    chars = texts.lengths(tx, (text for _, text in found))
    sized = [one._replace(chars=chars.get(text, 0)) for one, text in found]
    return RoundShown(
        round=shown,
        size=rounds.size(shown, sized),
        as_of={board_stream(board): seq for board, seq in vector.items()},
    )


def _waiting(
    tx: Tx, at: At, boards: Iterable[BoardId], wishes: Wishes
) -> tuple[list[tuple[Waiting, str]], bool]:
    """Return what is new on some boards, and whether more is than UNREAD_POSTS_MAX together."""
    found: list[tuple[Waiting, str]] = []
    more = False
    for board in boards:
        room = limits.UNREAD_POSTS_MAX - len(found)
        here, cut = records.waiting(tx, at.member, board, at.now, wishes, room)
        found += here
        more |= cut
    return found, more


def _mine(tx: Tx, at: At) -> list[BoardId]:
    """Return the boards one sits on, by number."""
    assert at.actor is not None
    readable = at.readers.boards_readable(tx, at.actor)
    return [board for board, _, seat in readable if seat is SeatState.SEATED]


def _wishes(tx: Tx, at: At, mine: list[BoardId]) -> Wishes:
    numbers = {board: place for place, board in enumerate(mine)}
    return rounds.wishes_of(choices.kept(tx, at.member), numbers)
