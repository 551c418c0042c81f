"""One's own order of boards: nothing is lost or doubled by any move (P1)."""

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.reading.rules import check_folders
from bbs.features.reading.views import Folder
from bbs_client.session.arrangement import moved, put_into, shelves

BOARDS = ("commons", "garden", "cellar", "readers", "night")
steps = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(BOARDS), st.booleans()),
    st.tuples(st.just("put"), st.sampled_from(BOARDS), st.sampled_from(("Home", "Work", None))),
)


def order(shown: list[Folder]) -> list[str]:
    """Return all boards from top to bottom."""
    return [board for folder in shown for board in folder.boards]


@given(st.lists(steps, max_size=12))
def test_every_board_stays_there_once_whatever_is_moved(
    taken: list[tuple[str, str, bool | str | None]],
) -> None:
    """Any row of moves keeps each board exactly once, and makes what the server accepts."""
    shown = shelves((), BOARDS)
    for kind, board, how in taken:
        if kind == "move":
            folders = moved(shown, board, down=bool(how))
        else:
            folders = put_into(shown, board, how if isinstance(how, str) else None)
        check_folders(folders)
        shown = shelves(folders, BOARDS)
        assert sorted(order(shown)) == sorted(BOARDS)


def test_a_board_moves_by_one_and_into_the_next_folder() -> None:
    """Up and down go by one place, and through the edge of a folder into the next one."""
    shown = shelves(put_into(shelves((), BOARDS), "night", "Home"), BOARDS)
    assert order(shown) == ["commons", "garden", "cellar", "readers", "night"]
    shown = shelves(moved(shown, "readers", down=True), BOARDS)
    assert shown[-1] == Folder(name="Home", boards=("readers", "night"))
    shown = shelves(moved(shown, "readers", down=True), BOARDS)
    assert shown[-1].boards == ("night", "readers")
    shown = shelves(moved(shown, "cellar", down=False), BOARDS)
    assert shown[0].boards == ("commons", "cellar", "garden")


def test_a_board_opened_later_comes_last() -> None:
    """What one never arranged stands after what one did, in no folder."""
    folders = put_into(shelves((), BOARDS[:4]), "commons", "Home")
    shown = shelves(folders, BOARDS)
    assert shown[-1] == Folder(boards=("night",))
    assert shown[1] == Folder(name="Home", boards=("commons",))
