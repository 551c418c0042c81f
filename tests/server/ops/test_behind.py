"""A database that has not followed its record of removals: the start erases, then serves (P10)."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from bbs.features.threads.messages import GetThread, ListLines, Retitle, Unsay, WithdrawPost
from bbs.ids import COMMONS
from bbs_server.store.removals import BEHIND, REMOVALS, RemovalEntry
from bbs_server.store.sqlite.open import DATABASE, StoreOpenError
from tests.journeys.community import Front, House, house
from tests.server.ops.scene import Scene, signed_in, words_in

GONE = ("zipbodygone", "zipopeninggone", "ziptitlegone", "ziplinegone", "zipoldtitle")


async def _talk(scene: Scene) -> str:
    """Say what is to go and what stays; return a thread that stays."""
    await scene.house.join("ana")
    await scene.start(COMMONS, "ziptitlegone", "zipopeninggone")
    thread = await scene.start(COMMONS, "zipoldtitle", "opening-stays")
    await scene.answer(thread, "zipbodygone")
    await scene.answer(thread, "answer-stays")
    await scene.say(COMMONS, "ziplinegone")
    await scene.say(COMMONS, "line-stays")
    return thread


def _texts_of(data: Path) -> dict[str, str]:
    """Return the id of every text, by its words."""
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        return dict(connection.execute("SELECT body, id FROM texts").fetchall())


def _noted(data: Path) -> bool:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        sql = "SELECT 1 FROM meta WHERE key = ?"
        return connection.execute(sql, (BEHIND,)).fetchone() is not None


def _mirrored(front: Front, thread: str) -> list[tuple[str, str | None, str]]:
    posts = front.cache.posts(thread, range(1, 50))
    return [(post.id, post.body, post.state.value) for post in posts]


async def _open(front: Front, thread: str) -> None:
    await front.link.open_thread(thread)
    await front.until(lambda: len(_mirrored(front, thread)) == 3)


async def _shown(again: House, thread: str) -> tuple[str | None, list[str | None]]:
    """Return the title of the thread and the bodies of the lounge's lines, as members see them."""
    ana = again.voices["ana"]
    title = (await ana.call(GetThread(thread=thread))).thread.title
    lines = (await ana.call(ListLines(board=COMMONS))).lines
    return title, [line.body for line in lines]


async def _as_fresh(again: House, thread: str, state: str, post: str) -> None:
    """Make sure that the old mirror shows what a fresh one does: the post without its words."""
    old, fresh = await again.front("ana", "mirror"), await again.front("ana", "fresh")
    for one in (old, fresh):
        await _open(one, thread)
    await old.until(lambda: _mirrored(old, thread) == _mirrored(fresh, thread))
    assert _mirrored(old, thread)[1] == (post, None, state)
    for one in (old, fresh):
        await one.close()


async def test_a_database_that_was_set_back_has_withdrawn_words_no_more(tmp_path: Path) -> None:
    """With the database older than the record by four lines, nobody reads withdrawn words again, and
    mirrors of the newer history fetch anew (P10, protocol 6.5)."""
    async with house(tmp_path) as first:
        scene = Scene(first)
        thread = await _talk(scene)
        store = first.running.dispatcher.store
        assert await store.run_maintenance()
        shutil.copyfile(scene.data / DATABASE, tmp_path / "by-hand.db")
        for body in ("zipbodygone", "zipopeninggone"):
            await scene.ana.call(WithdrawPost(post=scene.posts[body]))
        await scene.ana.call(Unsay(line=scene.lines["ziplinegone"]))
        await scene.ana.call(Retitle(thread=thread, title="Better"))
        front = await first.front("ana", "mirror")
        await front.close()
        epoch = first.running.dispatcher.epoch
    (tmp_path / "by-hand.db").replace(tmp_path / "data" / DATABASE)
    async with house(tmp_path, clock=first.clock) as again, signed_in(again, "ana"):
        assert again.running.dispatcher.epoch != epoch
        title, lines = await _shown(again, thread)
        assert title is not None
        assert "lost" in title
        assert lines == [None, "line-stays"]
        await _as_fresh(again, thread, "withdrawn", scene.posts["zipbodygone"])
        assert await again.running.dispatcher.store.run_maintenance()
        assert words_in(tmp_path / "data", GONE) == set()
        epoch = again.running.dispatcher.epoch
    assert not _noted(tmp_path / "data")
    async with house(tmp_path, clock=first.clock) as once_more:
        assert once_more.running.dispatcher.epoch == epoch


async def test_a_withdrawal_cut_short_is_finished_and_told(tmp_path: Path) -> None:
    """Killed between the record and the COMMIT: the words go at the start, told in the streams, in
    the same epoch; what was to be replaced stays (P10, P12, protocol 6.5)."""
    async with house(tmp_path) as first:
        scene = Scene(first)
        thread = await _talk(scene)
        front = await first.front("ana", "mirror")
        await _open(front, thread)
        await front.close()
        epoch = first.running.dispatcher.epoch
    keys = _texts_of(tmp_path / "data")
    cut = RemovalEntry(
        at=1,
        withdrawn=(keys["zipbodygone"], keys["ziplinegone"]),
        replaced=(keys["zipoldtitle"],),
    )
    with (tmp_path / "data" / REMOVALS).open("ab") as file:
        file.write(msgspec.json.encode(cut) + b"\n")
    async with house(tmp_path, clock=first.clock) as again, signed_in(again, "ana"):
        assert again.running.dispatcher.epoch == epoch
        assert await _shown(again, thread) == ("zipoldtitle", [None, "line-stays"])
        await _as_fresh(again, thread, "withdrawn", scene.posts["zipbodygone"])
        assert await again.running.dispatcher.store.run_maintenance()
        assert words_in(tmp_path / "data", ("zipbodygone", "ziplinegone")) == set()
    assert not _noted(tmp_path / "data")


async def test_a_start_that_cannot_erase_is_refused(tmp_path: Path) -> None:
    """Where the disk does not take the erasing, nobody is served withdrawn words; one line (P10)."""
    async with house(tmp_path) as first:
        await _talk(Scene(first))
    keys = _texts_of(tmp_path / "data")
    with (tmp_path / "data" / REMOVALS).open("ab") as file:
        file.write(
            msgspec.json.encode(RemovalEntry(at=1, withdrawn=(keys["zipbodygone"],))) + b"\n"
        )
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as connection:
        connection.executescript(
            "CREATE TRIGGER stop BEFORE DELETE ON texts BEGIN SELECT raise(ABORT, 'no'); END"
        )
    with pytest.raises(StoreOpenError, match="cannot be erased"):
        async with house(tmp_path, clock=first.clock):
            pass
    assert _noted(tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as connection:
        connection.executescript("DROP TRIGGER stop")
    async with house(tmp_path, clock=first.clock):
        pass
    assert not _noted(tmp_path / "data")
    assert "zipbodygone" not in _texts_of(tmp_path / "data")
