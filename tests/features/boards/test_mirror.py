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
    SeatChanged,
)
from bbs.ids import COMMONS, new_id
from bbs.streams import COMMONS_STREAM
from bbs.testing import a_board, a_seat
from bbs_client.features.threads.fading import Shorten
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace

AT = instant(1_000)


def test_settings_on_the_boards_own_stream_act_on_what_came_before_them() -> None:
    """A shorter retention acts on the posts before it in the board's stream (P10)."""
    board = a_board(retention_days=3, lounge_hours=5)
    facts = fold(BoardConfigured(board=board), EventPlace(f"board:{board.id}", 9, AT))
    assert facts == (board, Shorten(board.id, 3, 5, 9, AT))


def test_settings_on_the_commons_act_by_time() -> None:
    """The seq of the commons says nothing about another board's posts (protocol 6.4)."""
    board = a_board(retention_days=3, lounge_hours=5)
    for event in (BoardConfigured(board=board), BoardOpened(board=board)):
        facts = fold(event, EventPlace(f"board:{COMMONS}", 9, AT))
        assert facts == (board, Shorten(board.id, 3, 5, None, AT))


def test_an_unlisted_board_is_forgotten_by_those_without_a_seat(tmp_path: Path) -> None:
    """A board that goes out of view is kept only by those who sit on it."""
    me, kept, gone = new_id(), a_board(id=new_id()), a_board(id=new_id())
    seat = a_seat(board=kept.id, member=me)
    with closing(Mirror.open(tmp_path / "mirror.db", me)) as cache:
        cache.apply((kept, gone, seat))
        for board in (kept, gone):
            cache.apply(fold(BoardUnlisted(board=board.id), EventPlace(COMMONS_STREAM, 9, AT)))
        assert [row.board for row in cache.boards()] == [kept]


def test_seats_and_lists_fold_into_the_same_changes() -> None:
    """A seat told by an event is the seat that a list shows (protocol 6.4)."""
    board, seat = a_board(), a_seat()
    assert fold(SeatChanged(seat=seat), EventPlace("member:x", 1, AT)) == (seat,)
    listed = BoardList(boards=(board,), seats=(seat,))
    assert fold(listed) == (board, seat, listed)
    assert fold(BoardResult(board=board)) == (board,)
    assert fold(BoardResult(board=board, seat=seat)) == (board, seat)
