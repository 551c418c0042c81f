"""What an application changes for others, which is nothing, and how the desk lists many (protocol 19.9)."""

import re

from msgspec.json import encode

from bbs.features.boards.application_messages import ListApplications, WithdrawApplication
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import ListSeats, TakeSeat
from bbs.streams import board_stream
from tests.features.boards.test_applications import QUESTIONS, asked, waiting
from tests.support.moot import Moot


async def test_an_application_leaves_no_gap_in_what_others_are_sent(moot: Moot) -> None:
    """What another member is answered and told, byte for byte but ids and times, is the same on
    a board where somebody applied and went away as on one where nobody did (P11, protocol 19.8)."""
    eve, bob = await moot.join("eve"), await moot.join("bob")
    guests = [await moot.join(handle) for handle in ("cid", "dot")]
    sent = []
    for slug, has_application in (("figs1", False), ("figs2", True)):
        board = await moot.board(moot.sysop, slug, questions=QUESTIONS, seats=3)
        await moot.sysop.ask(ConfigureBoard(board=board, questions=""))
        await eve.listen(board_stream(board))
        await eve.ask(TakeSeat(board=board, norms_version=1))
        await moot.sysop.ask(ConfigureBoard(board=board, questions=QUESTIONS))
        if has_application:
            await asked(bob, board)
            (one,) = await waiting(moot, board)
            await bob.ask(WithdrawApplication(application=one.id))
            await asked(bob, board)
        await moot.sysop.ask(ConfigureBoard(board=board, questions=""))
        for guest in guests:
            await guest.ask(TakeSeat(board=board, norms_version=1))
        await eve.settle()
        frames = [frame for frame in eve.tape.frames if board.encode() in frame]
        said = encode(await eve.ask(ListSeats(board=board)))
        sent.append([_plain(each, slug) for each in (*frames, said)])
        eve.tape.frames.clear()
    assert len(sent[0]) > len(guests)
    assert sent[0] == sent[1]


def _plain(said: bytes, slug: str) -> bytes:
    """Return bytes of the wire without ids, moments, tags, and what the board is called."""
    for name in (slug, slug.title()):
        said = said.replace(name.encode(), b"name")
    said = re.sub(rb'"number":\d+', b'"number":0', said)
    said = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"id", said)
    return re.sub(rb'"(\d{4}-[^"]+Z|[0-9a-f]{16})"', b'"moment or tag"', said)


async def test_the_desk_is_listed_to_its_end(moot: Moot) -> None:
    """More applications than a page takes are listed page by page, the oldest first (protocol 19.9)."""
    garden = await moot.board(moot.sysop, "figs", questions=QUESTIONS)
    for handle in ("bob", "cid", "dot"):
        await asked(await moot.join(handle), garden)
    numbers, after = [], None
    while True:
        page = await moot.sysop.ask(ListApplications(board=garden, after=after, limit=2))
        numbers.append([one.number for one in page.applications])
        if (after := page.next_after) is None:
            break
    assert numbers == [[1, 2], [3]]
