"""The rules of restrictions, and the gate against them: for any rows, at any moment (P7)."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import SECOND_MS, Ms, instant
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.features.moderation import rules
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.norms.messages import GetNorms
from bbs.features.threads.messages import (
    EditPost,
    ListThreads,
    Say,
    StartThread,
    WithdrawPost,
    WritePost,
)
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Request
from bbs.restricted import Restricted
from bbs.rows import marks
from bbs_server.features.moderation.restriction_records import RestrictionRow
from bbs_server.features.threads.pace import PACED_WRITINGS, PacedWriting
from bbs_server.pipeline import gate
from bbs_server.store.api import Rollback, Tx
from bbs_server.store.proven_time import Moment
from tests.support.moot import Line, Moot, open_moot
from tests.support.talk import seated, start

_APART = {RestrictionKind.CLOSING, RestrictionKind.MOVED}  # each has a refusal of its own
KINDS = [kind for kind in RestrictionKind if kind not in _APART]
ALWAYS_END = rules.ABOUT_MEMBERS | rules.BANNERS
MOMENTS = st.integers(0, 10)  # seconds from the last writing on
BOARD, OTHER, THREAD = (new_id() for _ in range(3))

SHUT = {
    "silenced": {"start", "answer", "edit", "say"},
    "suspended": {"start", "answer", "edit", "say", "read", "sit", "offer"},
    "read_only": {"start", "answer", "edit", "say"},
    "archived": {"start", "answer", "edit", "say", "sit", "offer"},
    "locked": {"answer", "edit"},
    "slowed": {"start", "answer", "say"},
    "guarded": {"start", "answer", "say"},
    "paced": {"start", "answer", "say"},
    "locked_down": {"sit", "offer"},
    "entered": set(),
    "moving": {"start", "answer", "edit", "say", "sit", "offer"},
}
"""What each kind forbids of what is asked below, kept by hand; a pace only until it is time."""


@st.composite
def rows(draw: st.DrawFn, board: BoardId, thread: str, member: str) -> RestrictionRow:
    """Draw a row that the table takes, about the member or everybody."""
    kind = draw(st.sampled_from(KINDS))
    since = draw(MOMENTS)
    ends = draw(st.integers(since, 12))
    about = member if kind in rules.ABOUT_MEMBERS else None
    threaded = kind is RestrictionKind.LOCKED or (
        kind is RestrictionKind.SILENCED and draw(st.booleans())
    )
    return RestrictionRow(
        *(new_id(), draw(st.sampled_from([board, COMMONS])), thread if threaded else None),
        *(about, kind),
        draw(st.integers(1, 20)) if kind in rules.PACES else None,
        *(since, ends if kind in ALWAYS_END or draw(st.booleans()) else None, None),
    )


def _asked(board: BoardId, thread: str, post: str, member: str) -> dict[str, Request[Any]]:
    return {
        "start": StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B"),
        "answer": WritePost(thread=thread, post=new_id(), body="B"),
        "edit": EditPost(post=post, body="C"),
        "say": Say(board=board, line=new_id(), body="B"),
        "read": ListThreads(board=board),
        "sit": TakeSeat(board=board, norms_version=1),
        "offer": OfferSeat(board=board, member=member),
        "norms": GetNorms(board=board),
        "withdraw": WithdrawPost(post=post),
    }


def _should_refuse(
    row: RestrictionRow, what: str, board: BoardId, thread: str, now: Ms, wrote: Ms
) -> bool:
    if row.board != board and row.kind != "suspended":
        return False
    if now < row.since or (row.until is not None and now >= row.until):
        return False
    if row.thread is not None and what not in ("answer", "edit"):
        return False
    if row.kind in ("slowed", "guarded", "paced") and now >= wrote + (row.value or 0) * SECOND_MS:
        return False
    return what in SHUT[row.kind]


async def test_the_gate_refuses_exactly_what_a_row_in_force_forbids(tmp_path: Path) -> None:
    """Whatever rows there are and whatever time it is: no more and no less is refused (P7)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        begun = await start(moot.sysop, board)
        for line in (ana, moot.sysop):
            await _judge_many(moot, line, board, begun.thread, begun.post)


async def _judge_many(moot: Moot, line: Line, board: BoardId, thread: str, post: str) -> None:
    wrote = moot.clock()
    table = moot.running.dispatcher.table
    asked = _asked(board, thread, post, line.id)
    if line is not moot.sysop:
        # The post is the sysop's, and a seat holder offers no seats: refused whatever there is.
        asked = {name: asked[name] for name in asked if name not in ("edit", "offer", "withdraw")}

    def judged(tx: Tx) -> None:
        kept = PacedWriting(board, "", moot.sysop.id, wrote)  # as if a pace had held then
        tx.upsert(PACED_WRITINGS, PACED_WRITINGS.key_of(kept), kept)

        @given(st.lists(rows(board, thread, line.id), max_size=4), MOMENTS)
        def judge(found: list[RestrictionRow], at: Ms) -> None:
            now = wrote + at * SECOND_MS
            placed = [
                row._replace(
                    since=wrote + row.since * SECOND_MS,
                    until=None if row.until is None else wrote + row.until * SECOND_MS,
                )
                for row in found
            ]
            tx.execute("DELETE FROM restrictions")
            for row in placed:
                tx.execute(f"INSERT INTO restrictions VALUES ({marks(RestrictionRow)})", *row)
            actor = table.actor_of(tx, str(line.caller.session), Moment(now, now, now))
            last = wrote if line is moot.sysop else None
            for name, request in asked.items():
                expected = any(
                    _should_refuse(
                        row, name, board, thread, now, -(10**9) if last is None else last
                    )
                    for row in placed
                )
                try:
                    gate.authorize(tx, table.readers, actor, request, Moment(now, now, now))
                except Restricted:
                    assert expected, (name, placed, now)
                else:
                    assert not expected, (name, placed, now)

        judge()
        raise Rollback(None)

    await moot.change(judged)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_is_left_to_do(kind: RestrictionKind) -> None:
    """Each refusal names what holds, its clause, its end and the next step (P7)."""
    restriction = Restriction(
        id=new_id(),
        board=BOARD,
        kind=kind,
        value=300 if kind in rules.PACES else None,
        since=instant(0),
        until=instant(86_400_000),
        norm=3,
    )
    told = rules.refusal_of(restriction)
    assert "(clause 3) until 1970-01-02 00:00 UTC" in str(told)
    assert told.hint
    assert "{" not in str(told)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_a_restriction_holds_from_its_beginning_to_before_its_end(
    since: Ms, until: Ms, now: Ms
) -> None:
    """At its beginning it holds, at its end it does not, to the millisecond (P7)."""
    restriction = Restriction(
        id=new_id(),
        board=BOARD,
        kind=RestrictionKind.SILENCED,
        since=instant(since),
        until=instant(until),
    )
    assert rules.holds(restriction, now) == (since <= now < until)
