"""How board and seat events and results change the mirror."""

from bbs.clock import instant
from bbs.features.boards.messages import (
    BoardConfigured,
    BoardList,
    BoardOpened,
    BoardResult,
    BoardUnlisted,
    SeatChanged,
)
from bbs.ids import COMMONS
from bbs.testing import a_board, a_seat
from bbs_client.mirror.changes import ForgetBoard, KeepBoards, Shorten
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


def test_an_unlisted_board_is_forgotten_by_those_without_a_seat() -> None:
    """A board that goes out of view is kept only by those who sit on it."""
    facts = fold(BoardUnlisted(board="b"), EventPlace(f"board:{COMMONS}", 9, AT))
    assert facts == (ForgetBoard("b", unless_seated=True),)


def test_seats_and_lists_fold_into_the_same_changes() -> None:
    """A seat told by an event is the seat that a list shows (protocol 6.4)."""
    board, seat = a_board(), a_seat()
    assert fold(SeatChanged(seat=seat), EventPlace("member:x", 1, AT)) == (seat,)
    listed = fold(BoardList(boards=(board,), seats=(seat,)))
    assert listed == (board, seat, KeepBoards(frozenset({board.id})))
    assert fold(BoardResult(board=board)) == (board,)
    assert fold(BoardResult(board=board, seat=seat)) == (board, seat)
