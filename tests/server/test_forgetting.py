"""Forgetting a member walks through the declared data, in slices, and leaves what is declared to stay."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bbs.ids import MemberId
from bbs.messages import Done
from bbs_server import scheduler
from bbs_server.forgetting import Progress, forget_slice, steps
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.manifest import list_personal_data
from bbs_server.outcome import Outcome
from bbs_server.personal import Leaver, Leaving
from bbs_server.store.api import Tx
from tests.server.cast import Cast, gather
from tests.shape.test_personal import _live as live
from tests.support.moot import Moot, open_moot

_STAYS = {
    *(data.column for data in list_personal_data() if data.leaving is Leaving.STAYS),
    # The account stays as its handle, and what only says who it was goes by itself later.
    *("members.id", "letters.asked_by", "proposals.mover", "ops.result"),
}


@asynccontextmanager
async def _lived(folder: Path) -> AsyncIterator[tuple[Moot, Cast]]:
    async with open_moot(folder) as moot:
        cast = await gather(moot)
        await live(cast)
        yield moot, cast


def _forgetting(member: MemberId, at: list[Progress | None]) -> Job:
    def run(tx: Tx, ctx: Context) -> Outcome[Any]:
        if at[-1] is None:
            return Outcome(Done())
        done, effects = forget_slice(tx, ctx, Leaver(member), at[-1], list_personal_data())
        at.append(done)
        return Outcome(Done(), effects, more=True)

    return Job("forget a member", 1.0, run, JobKind.ACTS)


def _told_of(tx: Tx, member: MemberId) -> Iterator[str]:
    for (table,) in tx.fetch_all(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
    ):
        names = [name for _, name, *_ in tx.fetch_all(f"PRAGMA table_info({table})")]
        for row in tx.fetch_all(f"SELECT * FROM {table}"):
            for name, value in zip(names, row, strict=True):
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if member in text:
                    yield f"{table}.{name}"


async def test_nothing_is_left_but_what_is_declared_to_stay(tmp_path: Path) -> None:
    """After the walk the id of a member who did what members do stands only in columns that stay."""
    async with _lived(tmp_path) as (moot, cast):
        member = cast.lines["seated"].id
        at: list[Progress | None] = [Progress()]
        await scheduler.run_slices(moot.running.dispatcher, _forgetting(member, at))
        assert at[-1] is None
        left = set(await moot.read(lambda tx: list(_told_of(tx, member))))
        assert left <= _STAYS
        walked = list(dict.fromkeys(each.column for each in at if each and each.column))
        order = [each.column for each in steps(list_personal_data())]
        assert walked == [column for column in order if column in walked]
        assert set(order[1:]) <= set(walked)


async def test_a_slice_that_is_done_again_changes_nothing(tmp_path: Path) -> None:
    """A walk that begins again from its beginning finds nothing more to do, and raises nothing."""
    async with _lived(tmp_path) as (moot, cast):
        member = cast.lines["seated"].id
        await scheduler.run_slices(moot.running.dispatcher, _forgetting(member, [Progress()]))
        before = await moot.dump()
        await scheduler.run_slices(moot.running.dispatcher, _forgetting(member, [Progress()]))
        after = await moot.dump()
        assert {name for name in before if before[name] != after[name]} <= {
            "meta",
            "events",
            "streams",
        }
