"""How board and seat events and results change the mirror."""

from contextlib import closing
from pathlib import Path

from bbs.clock import instant
from bbs.features.boards.messages import (
    BoardConfigured,
    BoardList,
    BoardOpened,
    BoardResult,
    BoardUnlisted,
)
from bbs.features.boards.seat_messages import SeatChanged
from bbs.ids import new_id
from bbs.streams import COMMONS_STREAM
from bbs.testing import a_board, a_post, a_seat, a_thread
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace

AT = instant(1_000)


def _shortened(
    folder: Path, event: BoardOpened | BoardConfigured, stream: str | None
) -> list[int | None]:
    """Return the seqs of posts that fade by an event with seq 9: all are written before its time."""
    board = event.board
    thread = a_thread(board=board.id)
    posts = [
        a_post(number=n, seq=seq, board=board.id, thread=thread.id, visible_at=AT, fades_at=None)
        for n, seq in enumerate((8, 10), start=1)
    ]
    with closing(Mirror.open(folder / "mirror.db")) as cache:
        cache.apply([board, thread, *posts])
        cache.apply(fold(event), EventPlace(stream, 9, AT) if stream else None)
        shown = [cache.post(post.id) for post in posts]
        return [post.seq for post in shown if post and post.fades_at]


def test_settings_on_the_boards_own_stream_act_on_what_came_before_them(tmp_path: Path) -> None:
    """A shorter retention acts on the posts before it in the board's stream (P10)."""
    board = a_board(retention_days=3, lounge_hours=5)
    event = BoardConfigured(board=board)
    assert _shortened(tmp_path, event, f"board:{board.id}") == [8]


def test_settings_on_the_commons_act_by_time(tmp_path: Path) -> None:
    """The seq of the commons says nothing about another board's posts (protocol 6.4)."""
    board = a_board(id=new_id(), retention_days=3, lounge_hours=5)
    for event in (BoardConfigured(board=board), BoardOpened(board=board)):
        assert _shortened(tmp_path / new_id(), event, COMMONS_STREAM) == [8, 10]
        assert _shortened(tmp_path / new_id(), event, None) == []


def test_an_unlisted_board_is_forgotten_by_those_without_a_seat(tmp_path: Path) -> None:
    """A board that goes out of view is kept only by those who sit on it."""
    me, kept, gone = new_id(), a_board(id=new_id()), a_board(id=new_id())
    seat = a_seat(board=kept.id, member=me)
    with closing(Mirror.open(tmp_path / "mirror.db", me)) as cache:
        cache.apply((kept, gone, seat))
        for board in (kept, gone):
            cache.apply(fold(BoardUnlisted(board=board.id)), EventPlace(COMMONS_STREAM, 9, AT))
        assert [row.board for row in cache.boards()] == [kept]


def test_seats_and_lists_fold_into_the_same_changes() -> None:
    """A seat told by an event is the seat that a list shows (protocol 6.4)."""
    board, seat = a_board(), a_seat()
    assert fold(SeatChanged(seat=seat)) == (seat,)
    listed = BoardList(boards=(board,), seats=(seat,))
    assert fold(listed) == (board, seat, listed)
    shown = BoardResult(board=board, seat=seat)
    assert fold(shown) == (board, seat, shown)
