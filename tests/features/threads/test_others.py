"""Whether words of people who left may be touched is found out in bounded time (P9, P14)."""

import pytest

from bbs import limits
from bbs.features.boards.seat_messages import LeaveSeat
from bbs.ids import BoardId
from bbs_server.features.threads.others import may_have_words_of_gone
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start

_COPY = (
    "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?)"
    " INSERT INTO posts (id, board, thread, number, author_kind, author, at, visible_at, seq,"
    " norms_version, body_text, state) SELECT 'copy ' || i, board, thread, 1000 + i, author_kind,"
    " author, at, visible_at, 1000000 + i, norms_version, body_text, state FROM posts, c"
)


async def _asked(moot: Moot, board: BoardId) -> bool:
    found = await moot.change(lambda tx: may_have_words_of_gone(tx, board, moot.sysop.id))
    assert isinstance(found, bool)
    return found


async def test_only_words_of_who_left_count(moot: Moot, board: BoardId, ana: Line) -> None:
    """Neither the mover's own words nor those of who sits there are words of people who left."""
    await start(moot.sysop, board)
    await start(ana, board)
    assert not await _asked(moot, board)
    bo = await seated(moot, "bo", board)
    await start(bo, board)
    assert not await _asked(moot, board)
    await bo.ask(LeaveSeat(board=board))
    assert await _asked(moot, board)


@pytest.mark.parametrize("more", [False, True])
async def test_a_board_with_more_posts_is_taken_to_have_some(
    moot: Moot, board: BoardId, ana: Line, more: bool
) -> None:
    """Beyond `OTHERS_LOOKED_AT_MAX` posts the server does not look on, and errs for those who left."""
    await start(ana, board)
    copies = limits.OTHERS_LOOKED_AT_MAX - 1 + more

    def copy(tx: Tx) -> None:
        tx.execute(_COPY, copies)

    await moot.change(copy)
    assert await _asked(moot, board) == more
