"""Suspended from a board: a moderator and a member of the community, who ask for all of it (P7, 16.2)."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio

from bbs.errors import FolkmootError
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.moderation.rules import takes_back
from bbs.features.moderation.views import RestrictionKind
from bbs.features.norms.messages import GetNorms
from bbs.features.reading.messages import (
    GetInbox,
    GetRound,
    ListSaved,
    Resolve,
    SavePost,
    Search,
)
from bbs.features.threads.messages import (
    EditPost,
    ListPosts,
    ListThreads,
    Say,
    StartThread,
    WritePost,
)
from bbs.features.threads.tending_messages import ChangeTitle, MoveThread
from bbs.ids import new_id
from bbs.messages import Request
from bbs.powers import ROLE_POWERS, NeedTarget, Power, Role
from bbs.restricted import Restricted
from bbs.wire.messages import Sync
from bbs.wire.registry import REQUESTS
from tests.server.asking import ASKING
from tests.server.cast import Cast, gather
from tests.server.test_matrix import TABLE, row_of
from tests.support.moot import Line, open_moot
from tests.support.restricting import restricted

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUSPENDED = ("moderator", "member")
"""Who is suspended from the public board alone: a moderator of it, and somebody without a seat."""

WORDS = (
    "canarytitle",
    "canarywording",
    "canarybody",
    "canaryanswered",
    "canaryline",
    "canarylivetitle",
    "canarylivebody",
    "canaryliveline",
    "canarymovedtitle",
    "canarymovedbody",
    "canaryguardedtitle",
    "canaryguardedbody",
)
ON_THINGS = (NeedTarget.BOARD, NeedTarget.THREAD, NeedTarget.POST, NeedTarget.LINE)


async def _start(line: Line, board: str, title: str, body: str) -> StartThread:
    start = StartThread(board=board, thread=new_id(), post=new_id(), title=title, body=body)
    await line.ask(start)
    return start


async def _move_in(cast: Cast) -> None:
    """Let a thread that begins on a board which both may read go to the public board."""
    founder, public = cast.lines["founder"], cast.boards["public"]
    shed = cast.boards["shed"] = await cast.moot.board(cast.moot.sysop, "shed")
    await founder.ask(TakeSeat(board=shed, norms_version=1))
    await cast.moot.sysop.ask(Appoint(board=shed, member=founder.id))
    begun = await _start(founder, shed, "canarymovedtitle", "canarymovedbody")
    await founder.ask(
        MoveThread(thread=begun.thread, to_board=public, becomes=new_id(), reason="About it")
    )
    await cast.moot.do_jobs()
    cast.held["moved"] = begun.thread


async def _plant(cast: Cast) -> dict[str, Request[Any]]:
    """Write on the public board while both may read it; return a command of each to send again."""
    founder, board = cast.lines["founder"], cast.boards["public"]
    begun = await _start(founder, board, "canarytitle", "canarywording")
    await founder.ask(EditPost(post=begun.post, body="canarybody"))
    await founder.ask(Say(board=board, line=new_id(), body="canaryline for @the-member"))
    sent: dict[str, Request[Any]] = {}
    await _move_in(cast)
    for actor in SUSPENDED:
        things = cast.things[actor, "public"]
        handle = f"@the-{actor}"
        answer = WritePost(
            thread=things.thread, post=new_id(), parent=things.post, body=f"canaryanswered {handle}"
        )
        await founder.ask(answer)
        await cast.lines[actor].ask(SavePost(post=begun.post))
    again = ChangeTitle(
        op=new_id(), thread=begun.thread, title="canarytitle anew", reason="Clearer"
    )
    await cast.lines["moderator"].ask(again)
    sent["moderator"] = again
    return sent


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """The cast, two of whom are suspended from the public board when its words are there."""
    async with open_moot(tmp_path_factory.mktemp("suspended")) as moot:
        gathered = await gather(moot)
        gathered.again = await _plant(gathered)  # type: ignore[attr-defined]  # of this module alone
        for actor in SUSPENDED:
            board, line = gathered.boards["public"], gathered.lines[actor]
            await restricted(moot, RestrictionKind.SUSPENDED, board, line)
        yield gathered


def _rows(cast: Cast, actor: str) -> list[tuple[str, Request[Any]]]:
    """Return every request of the matrix, about everything it is asked about there."""
    return [
        (name, ASKING[method](row_of(cast, actor, name)))
        for method, block in TABLE.items()
        for name in block
        if REQUESTS[method].needs.power is not Power.KNOCK and method != "members.change_password"
    ]


async def _ask_everything(cast: Cast, actor: str, line: Line) -> None:
    board = cast.boards["public"]
    for kind in ("board", "lounge", "desk", "acts"):
        with suppress(FolkmootError):
            await line.ask(Sync(cursors={f"{kind}:{board}": 0}))
    asked: list[Request[Any]] = [request for _, request in _rows(cast, actor)]
    asked += [Search(query=word) for word in WORDS]
    asked += [Resolve(address=f"public-board/{n}/{m}") for n in range(1, 40) for m in (1, 2)]
    asked += [Resolve(address=f"shed/{n}/{m}") for n in (1, 2) for m in (1, 2)]
    asked += [Resolve(address="shed/1"), ListThreads(board=cast.boards["shed"])]
    threads = (cast.things[actor, "public"].thread, cast.held["moved"])
    asked += [ListPosts(thread=thread) for thread in threads]
    asked += [GetInbox(), GetRound(), ListSaved(), ListBoards(), GetBoard(board=board)]
    again = cast.again.get(actor)  # type: ignore[attr-defined]  # of this module alone
    for request in [*asked, *([again] if again else [])]:
        with suppress(FolkmootError):
            await line.ask(request)


@pytest.mark.parametrize("actor", SUSPENDED)
async def test_no_word_of_the_board_reaches_who_is_suspended_there(cast: Cast, actor: str) -> None:
    """Not by any method, stream, search, round, inbox, export, address or answer that comes again; nor
    live, as long as it lasts. It wins over public view, and over the office."""
    assert await _found_by(cast, actor) == []


async def test_the_same_questions_find_the_words_for_others(cast: Cast) -> None:
    """Whoever sits there and is not suspended gets every word of them but what waits for the desk."""
    found = await _found_by(cast, "seated")
    assert set(WORDS) - set(found) == {"canaryguardedtitle", "canaryguardedbody"}


async def _found_by(cast: Cast, actor: str) -> list[str]:
    """Return the words that reach somebody who asks for everything and then listens for a while."""
    line = await cast.moot.again(cast.lines[actor])
    await _ask_everything(cast, actor, line)
    founder, board = cast.lines["founder"], cast.boards["public"]
    await _start(founder, board, "canarylivetitle", f"canarylivebody @the-{actor}")
    await founder.ask(Say(board=board, line=new_id(), body=f"canaryliveline @the-{actor}"))
    await line.settle()
    return [word for word in WORDS if word.encode() in line.sent]


@pytest.mark.parametrize("actor", SUSPENDED)
async def test_what_they_may_send_there_is_what_the_role_says(cast: Cast, actor: str) -> None:
    """Whatever is about the board, or about a thing on it, is refused; what is left is to know of it, and
    to take the own words back."""
    line, left = cast.lines[actor], ROLE_POWERS[Role.SUSPENDED]
    for name, request in _rows(cast, actor):
        need = request.needs
        if not name.startswith("public") or need.on not in ON_THINGS:
            continue
        try:
            await line.ask(request)
        except FolkmootError:
            continue
        assert need.power in left or takes_back(request), (request.method, name)


async def test_the_board_that_is_left_tells_nothing_of_its_words(cast: Cast) -> None:
    """Title, charter and norms can be read, with the restriction and its end; the seat stays (16.2)."""
    moderator, board = cast.lines["moderator"], cast.boards["public"]
    found = await moderator.ask(GetBoard(board=board))
    assert (await moderator.ask(GetNorms(board=board))).version
    assert found.awaited is None
    assert found.seat is not None
    assert found.seat.moderator
    assert [each.kind for each in found.restrictions] == [RestrictionKind.SUSPENDED]
    member = cast.lines["member"]
    assert (await member.ask(Resolve(address="public-board"))).board is not None
    refused = await member.refused(ListPosts(thread=cast.things["member", "public"].thread))
    assert isinstance(refused, Restricted)


async def test_other_boards_are_as_they_were(cast: Cast) -> None:
    """A suspension from one board narrows nothing elsewhere."""
    thread = cast.things["founder", "unlisted"].thread
    for actor in SUSPENDED:
        assert (await cast.lines[actor].ask(ListPosts(thread=thread))).posts
