"""A pace: from which writing it counts, and who pays for that (protocol 16.2)."""

from datetime import UTC, datetime

from bbs.clock import instant
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.moderation.views import RestrictionKind as Kind
from bbs.features.threads.messages import Say
from bbs.ids import BoardId, new_id
from bbs.restricted import Restricted
from tests.support.moot import Line, Moot
from tests.support.restricting import MINUTE_S, restricted
from tests.support.talk import start


async def test_a_pace_counts_what_is_held_and_nothing_elsewhere(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """A held post counts from when it was written; what others wrote since, or ana elsewhere, does not."""
    shed = await moot.board(moot.sysop, "shed")
    await ana.ask(TakeSeat(board=shed, norms_version=1))
    await moot.sysop.ask(ConfigureBoard(board=board, hold_s=60))
    await restricted(moot, Kind.SLOWED, board, ana)
    await start(ana, board)
    again = moot.clock() + MINUTE_S * 1_000
    moot.clock.jump(seconds=1)
    await start(moot.sysop, board)
    await start(ana, shed)
    refused = await ana.refused(Say(board=board, line=new_id(), body="A line"))
    assert isinstance(refused, Restricted)
    assert refused.again_at == instant(again)
    moot.clock.jump(seconds=MINUTE_S - 1)
    await ana.ask(Say(board=board, line=new_id(), body="A line"))


def test_a_pace_says_when_to_write_next_apart_from_its_end() -> None:
    """Nobody reads it as a ban: the next moment comes last, and is never too early (P7)."""
    end = datetime(2026, 12, 30, 15, 31, tzinfo=UTC)
    again = datetime(2026, 11, 30, 15, 25, 18, tzinfo=UTC)
    paced = Restricted(kind="guarded", board=new_id(), seconds=30, until=end)
    holds = (
        "as a newcomer you can write on this board once in 30 seconds, until 2026-12-30 15:31 UTC"
    )
    assert str(paced) == holds
    assert paced.hint == "write, and wait that long before you write again"
    early = Restricted(kind="guarded", board=new_id(), seconds=30, until=end, again_at=again)
    assert str(early) == f"{holds}; next at 2026-11-30 15:26 UTC"
    assert early.hint == "send it again then"


async def test_only_who_is_paced_pays_for_it(moot: Moot) -> None:
    """No index of all posts but its keys: each post that is written would pay for it."""
    rows = await moot.change(lambda tx: tx.fetch_all("PRAGMA index_list(posts)"))
    assert [name for _, name, _, origin, partial in rows if origin == "c" and not partial] == []
