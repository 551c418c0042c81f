"""Kinds of boards: a board is for its seat holders, a letter is in no list (protocol 19.13)."""

from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import GetBoard, ListBoards, OpenBoard
from bbs.ids import COMMONS, BoardId, MemberId, new_id
from bbs_server.features.boards import records
from bbs_server.store.api import Tx
from tests.support.moot import NORMS, Line, Moot

_LISTS = (
    "SELECT id FROM boards WHERE kind <> 'letter' ORDER BY number",
    "SELECT count(*) FROM boards WHERE kind <> 'letter'",
)


def _write_letter(tx: Tx, members: tuple[MemberId, ...]) -> BoardId:
    letter = new_id()
    tx.execute(
        "INSERT INTO boards (id, kind, visibility, seats, lounge_hours, opened_at)"
        " VALUES (?, 'letter', 'private', ?, 1, 0)",
        *(letter, len(members)),
    )
    for position, member in enumerate(members, start=1):
        tx.execute(
            "INSERT INTO seats (board, member, state, position, norms_version, since)"
            " VALUES (?, ?, 'seated', ?, 1, 0)",
            *(letter, member, position),
        )
    return letter


def _opening(kind: BoardKind) -> OpenBoard:
    return OpenBoard(
        board=new_id(), slug="notes", title="Notes", charter="Notes.", norms=NORMS, kind=kind
    )


async def test_a_board_says_what_it_is(moot: Moot, ana: Line) -> None:
    """The kind is chosen at the opening, and every reader sees it (protocol 19.13)."""
    opening = _opening(BoardKind.JOURNAL)
    await moot.sysop.ask(opening)
    assert (await ana.ask(GetBoard(board=opening.board))).board.kind is BoardKind.JOURNAL
    assert (await ana.ask(GetBoard(board=COMMONS))).board.kind is BoardKind.BOARD


async def test_nobody_opens_a_letter_as_a_board(moot: Moot) -> None:
    """The server refuses to open a board of kind letter, and names the field: members ask for letters."""
    refused = await moot.sysop.refused(_opening(BoardKind.LETTER))
    assert isinstance(refused, BadParams)
    assert refused.field == "kind"


async def test_a_letter_is_in_no_list_of_boards(moot: Moot, ana: Line) -> None:
    """A letter takes no number and no place among boards, not even for who sits in it (P2)."""
    known = await moot.read(records.count_boards)
    letter = await moot.change(lambda tx: _write_letter(tx, (moot.sysop.id, ana.id)))
    listed = await ana.ask(ListBoards())
    assert letter not in {board.id for board in listed.boards}
    assert letter not in {seat.board for seat in listed.seats}
    assert await moot.read(records.count_boards) == known
    opened = await moot.sysop.ask(_opening(BoardKind.BOARD))
    assert opened.board.number == known + 1


async def test_letters_cost_a_list_of_boards_nothing(moot: Moot) -> None:
    """Lists and counts of boards read an index without letters (docs/performance.md)."""

    def plans(tx: Tx) -> list[str]:
        return [str(row) for sql in _LISTS for row in tx.fetch_all(f"EXPLAIN QUERY PLAN {sql}")]

    assert all("boards_listed" in plan for plan in await moot.read(plans))
