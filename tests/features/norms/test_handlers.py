"""Norms on the server: read before anything else, and stored once with their board."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import Board, BoardOpened, OpenBoard
from bbs.features.norms.messages import Clause, GetCommonsNorms, GetNorms
from bbs.features.norms.templates import FLOOR, TEMPLATES
from bbs.ids import COMMONS, new_id
from bbs.powers import Role
from bbs.refusals import NotFound, TextRefused
from bbs.streams import COMMONS_STREAM, board_stream
from bbs_server.features.norms import records
from bbs_server.features.norms.handlers import insert_norms_of_new_board
from bbs_server.outcome import AppendEvent
from bbs_server.standing import Standing
from tests.support.tx import House

KIND = Clause(text="Be kind.", why="Kindness costs nothing.")
BRIEF = Clause(text="Be brief.", why="Others read too.")
FIRST_NORMS = TEMPLATES[FLOOR].clauses


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A community with the norms it begins with."""
    opened = House(tmp_path / "house.sqlite3")
    yield opened
    opened.close()


def opening(house: House, *clauses: Clause) -> tuple[OpenBoard, str]:
    """Return a request to open a board, and the id of the board, which is there already."""
    board = new_id()
    house.tx.execute(
        "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
        " seats, lounge_hours, opened_at) VALUES (?, 'garden', '', 2, '', '', 'members', 50, 72, 0)",
        board,
    )
    request = OpenBoard(board=board, slug="garden", title="G", charter="C", norms=clauses)
    return request, board


def react(house: House, request: Any, board: str, stream: str) -> None:
    """Tell of a board's opening on a stream, as part of a request."""
    view = Board(id=board, slug="garden", number=2, seats=50, lounge_hours=72)
    ctx = house.at(request=request)
    assert (
        insert_norms_of_new_board(
            house.tx, ctx, AppendEvent(stream, BoardOpened(board=view), board)
        )
        == ()
    )


def test_strangers_read_the_commons_norms(house: House) -> None:
    """Who holds an invitation reads what they will accept, clause by clause, with whys (P5)."""
    norms: Any = house.act(GetCommonsNorms()).result
    assert (norms.board, norms.version, norms.clauses) == (COMMONS, 1, FIRST_NORMS)
    assert COMMONS_STREAM in norms.as_of


def test_a_board_begins_with_its_norms(house: House) -> None:
    """The norms named on opening are version 1, stored once however often it is told (P5)."""
    request, board = opening(house, KIND, BRIEF)
    for stream in (board_stream(board), COMMONS_STREAM, board_stream(board)):
        react(house, request, board, stream)
    facts = house.readers.board_facts(house.tx, board)
    standing = Standing(board=facts, role=Role.MEMBER, powers=frozenset())
    for version in (None, 1):
        norms: Any = house.act(GetNorms(board=board, version=version), standing=standing).result
        assert (norms.version, norms.clauses) == (1, (KIND, BRIEF))
    with pytest.raises(NotFound):
        house.act(GetNorms(board=board, version=2), standing=standing)


def test_a_board_that_comes_into_view_keeps_its_norms(house: House) -> None:
    """Being told of on the commons later changes no norms."""
    request, board = opening(house, KIND)
    react(house, None, board, board_stream(board))
    react(house, request, board, COMMONS_STREAM)
    assert records.list_clauses(house.tx, board, 1) == ()


@pytest.mark.parametrize(
    ("clauses", "error"),
    [
        ((), BadParams),
        ((KIND,) * (limits.NORMS_MAX + 1), BadParams),
        ((Clause(text="Be kind.", why=""),), TextRefused),
        ((Clause(text="Be\nkind.", why="Why not."),), TextRefused),
        ((Clause(text="Be kind.", why="x" * (limits.NORM_CHARS_MAX + 1)),), TextRefused),
    ],
)
def test_norms_nobody_could_accept_are_refused(
    house: House, clauses: tuple[Clause, ...], error: type[Exception]
) -> None:
    """A board needs at least one clause, each one line, with a why (P5, P13)."""
    request, board = opening(house, *clauses)
    with pytest.raises(error):
        react(house, request, board, board_stream(board))
    assert house.count("norms") == len(FIRST_NORMS)


def test_the_words_of_norms_are_kept_apart(house: House) -> None:
    """The table of norms holds only the ids of texts (P10)."""
    rows = house.tx.fetch_all("SELECT norm_text, why_text FROM norms WHERE board = ?", COMMONS)
    found = {
        house.tx.fetch_one("SELECT 1 FROM texts WHERE id = ?", key) for row in rows for key in row
    }
    assert found == {(1,)}
