"""From a backup to a community again: what was removed stays gone, and nobody else gets in."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

import bbs
from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import ListBoards
from bbs.features.community.messages import AnnounceClosing, CancelClosing
from bbs.features.members.messages import GetAccount, Invite, ListInvitations
from bbs.features.moderation.messages import Acted, GetLog
from bbs.features.proposals.messages import ListProposals
from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import (
    GetSkeleton,
    ListHeld,
    ListLines,
    ListPosts,
    ListThreads,
    Retitle,
)
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.powers import Way
from bbs.refusals import CommandWaits, InvitationInvalid, SignInFailed
from bbs.sdk.credentials import new_secret, sign_up
from bbs.streams import COMMONS_STREAM, StreamKind, stream_prefix
from bbs.testing import FakeClock
from bbs_server.features.moderation.records import list_acts
from bbs_server.ops.backup import take_backup
from bbs_server.ops.restore import RestoreError, restore
from bbs_server.store import event_log, history, removals
from bbs_server.store.api import Tx
from bbs_server.store.history import CursorVerdict, Lost
from bbs_server.store.meta import ACTS_BROUGHT, delete_meta
from bbs_server.store.removals import REMOVALS, RemovalsHeader
from bbs_server.store.sqlite.files import SQLITE
from bbs_server.store.sqlite.open import DATABASE
from bbs_server.store.sqlite.upgrade_copy import make_upgrade_copy
from tests.journeys.community import PASSWORD, house
from tests.server.ops.scene import (
    OFFICE,
    REMOVED,
    STAYS,
    Scene,
    backed_up,
    brought_back,
    signed_in,
    words_in,
)
from tests.support.moot import open_moot


async def test_what_was_removed_is_in_no_file_of_what_was_restored(
    scene: Scene, tmp_path: Path
) -> None:
    """Withdrawn, faded and replaced words stay gone after a restore, to the byte (P10).

    Without the record they come back: a restore that skipped the replay would be seen here.
    """
    backup, _ = await backed_up(scene)
    assert words_in(backup, REMOVED + STAYS) == {*REMOVED, *STAYS}
    await scene.remove_all()
    done = await brought_back(scene, backup, tmp_path / "second")
    assert words_in(tmp_path / "second", REMOVED) == set()
    assert words_in(tmp_path / "second", STAYS + OFFICE) == {*STAYS, *OFFICE}
    assert (done.erased.posts, done.erased.lines, done.returning) == (4, 2, False)
    returned = await brought_back(scene, backup, tmp_path / "third", accept=True)
    assert returned.returning
    # Within a day the backup's own retention has let the line fade, and nothing else.
    assert words_in(tmp_path / "third", REMOVED) == {*REMOVED} - {"line-faded"}


async def test_the_copy_made_before_an_update_is_a_way_back(scene: Scene, tmp_path: Path) -> None:
    """Without a backup the copy becomes one as the sysop's page says, and what was removed since
    stays gone from what is restored of it (P10)."""
    way_back = tmp_path / "way-back"
    way_back.mkdir()
    with closing(sqlite3.connect(scene.data / DATABASE, isolation_level=None)) as connection:
        make_upgrade_copy(connection, scene.data / DATABASE, 9)
    await scene.remove_all()
    (scene.data / "folkmoot-before-0009.db").rename(way_back / DATABASE)
    shutil.copy(scene.data / REMOVALS, way_back)
    backup = tmp_path / "backup"
    await asyncio.to_thread(take_backup, SQLITE, way_back, backup, scene.house.clock())
    await brought_back(scene, backup, tmp_path / "second")
    assert words_in(tmp_path / "second", REMOVED) == set()
    assert words_in(tmp_path / "second", STAYS) == {*STAYS}


async def test_the_erased_leave_markers_and_the_rest_reads_as_before(
    scene: Scene, tmp_path: Path
) -> None:
    """A restored thread is readable: markers where words were, nothing findable of them (P10)."""
    backup, _ = await backed_up(scene)
    await scene.remove_all()
    await brought_back(scene, backup, tmp_path / "second")
    async with (
        house(tmp_path / "second", clock=scene.house.clock) as again,
        signed_in(again, "ana") as ana,
    ):
        stays, gone = scene.threads["title-replaced"], scene.threads["title-withdrawn"]
        page = await ana.call(ListPosts(thread=stays))
        assert [(post.number, post.body, post.state) for post in page.posts] == [
            (1, "opening-stays", "published"),
            (2, "answer-stays", "published"),
            (3, None, "withdrawn"),
        ]
        assert [bone.state for bone in (await ana.call(GetSkeleton(thread=gone))).bones] == [
            "withdrawn"
        ]
        threads = {row.id: row for row in (await ana.call(ListThreads(board=COMMONS))).threads}
        assert (threads[gone].title, threads[gone].state) == (None, "withdrawn")
        assert threads[stays].title == "(changed after the backup, and lost)"
        await ana.call(Retitle(thread=stays, title="Better"))
        lines = (await ana.call(ListLines(board=COMMONS))).lines
        assert [(line.body, line.state) for line in lines] == [
            (None, "withdrawn"),
            ("line-stays", "published"),
        ]
        assert not (await ana.call(ListLines(board=scene.boards["fading"]))).lines
        assert (await ana.call(GetAccount())).member.name == "ana"
        boards = {board.slug: board for board in (await ana.call(ListBoards())).boards}
        assert boards["fading"].title == "fading"
        await again.running.dispatcher.store.update_index()
        for word in ("withdrawn", "faded", "replaced"):
            assert not (await ana.call(Search(query=word))).found
        assert len((await ana.call(Search(query="stays"))).found) == 2
        held = await ana.call(ListHeld(board=boards["held"].id))
        assert [post.body for post in held.posts] == ["held-stays"]


async def test_old_tokens_and_invitations_are_dead(scene: Scene, tmp_path: Path) -> None:
    """Whoever found a token or an invitation in a lost disk gets nowhere; a password works (protocol 12.4)."""
    code = new_secret()
    await scene.ana.call(Invite(invitation=new_id(), code=code))
    backup, _ = await backed_up(scene)
    done = await brought_back(scene, backup, tmp_path / "second")
    assert (done.sessions, done.invitations) == (1, 3)
    async with house(tmp_path / "second", clock=scene.house.clock) as again:
        assert again.running.dispatcher.epoch == done.epoch
        assert again.running.dispatcher.epoch != scene.house.running.dispatcher.epoch
        url, token = again.running.url, scene.house.members["ana"].token
        with pytest.raises(SignInFailed):
            async with bbs.connect(url, token=token, listen=False) as community:
                await community.call(GetAccount())
        async with bbs.connect(url, listen=False) as community:
            with pytest.raises(InvitationInvalid):
                await sign_up(community, code, "eve", "Eve", PASSWORD, "x", norms_version=1)
        async with signed_in(again, "ana") as ana:
            assert (await ana.call(GetAccount())).member.sysop
            assert (await ana.call(ListInvitations())).invitations == ()


async def test_a_restored_community_is_backed_up_and_restored_again(
    scene: Scene, tmp_path: Path
) -> None:
    """The record goes on: an old backup never brings back what any life of the community removed."""
    first, _ = await backed_up(scene, "one")
    await scene.remove_all()
    second, _ = await backed_up(scene, "two")
    await brought_back(scene, second, tmp_path / "second")
    record = tmp_path / "second" / "data" / REMOVALS
    target = tmp_path / "third"
    await asyncio.to_thread(restore, SQLITE, first, target, scene.house.clock, record=record)
    assert words_in(target, REMOVED) == set()
    assert words_in(target, STAYS) == {*STAYS}


def _refused(backup: Path, target: Path, clock: FakeClock, record: Path | None) -> str:
    with pytest.raises(RestoreError) as refused:
        restore(SQLITE, backup, target, clock, record=record)
    assert not target.exists()
    assert not list(target.parent.glob(".bbs-part-*"))
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def _refusal(scene: Scene, backup: Path, target: Path, record: Path | None) -> str:
    """Return the one line with which a restore is refused that leaves nothing behind."""
    return await asyncio.to_thread(_refused, backup, target, scene.house.clock, record)


async def test_without_the_right_record_nothing_is_restored(scene: Scene, tmp_path: Path) -> None:
    """No record, the backup's own, another's, a damaged or a too short one: each is refused (P10)."""
    backup, _ = await backed_up(scene)
    target, record = tmp_path / "second", tmp_path / REMOVALS
    assert "--removals" in await _refusal(scene, backup, target, None)
    assert "--removals" in await _refusal(scene, backup, target, backup / REMOVALS)
    own = removals.read_heading(scene.data / REMOVALS)
    later = RemovalsHeader(own.removals, scene.house.clock() + DAY_MS)
    for heading, said in (
        (RemovalsHeader("another", 0), "another community's"),
        (later, "older than"),
    ):
        record.write_text(f'{{"removals":"{heading.removals}","since":{heading.since}}}\n')
        assert said in await _refusal(scene, backup, target, record)
    record.write_bytes((scene.data / REMOVALS).read_bytes() + b'{"at":1,"fa\n{"at":2}\n')
    assert "damaged" in await _refusal(scene, backup, target, record)


@pytest.mark.parametrize("name", ["folkmoot.db", REMOVALS, "manifest.json"])
@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
async def test_an_altered_backup_is_refused(
    scene: Scene, tmp_path: Path, name: str, how: str
) -> None:
    """A flipped bit, a lost end, a lost file: named, and nothing is made of it."""
    backup, _ = await backed_up(scene)
    whole = (backup / name).read_bytes()
    middle = len(whole) // 2
    if how == "gone":
        (backup / name).unlink()
    elif how == "cut":
        (backup / name).write_bytes(whole[:middle])
    else:
        (backup / name).write_bytes(
            whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :]
        )
    said = await _refusal(scene, backup, tmp_path / "second", scene.data / REMOVALS)
    assert str(backup) in said


async def test_what_is_there_is_not_overwritten(scene: Scene, tmp_path: Path) -> None:
    """A restore makes a new folder; the running community's own is refused and untouched."""
    backup, _ = await backed_up(scene)
    before = {path.name: path.stat().st_mtime_ns for path in scene.data.iterdir()}
    with pytest.raises(RestoreError, match="exists already"):
        await asyncio.to_thread(
            restore, SQLITE, backup, scene.data, scene.house.clock, accept_returning_words=True
        )
    assert {path.name: path.stat().st_mtime_ns for path in scene.data.iterdir()} == before
    empty = tmp_path / "empty"
    empty.mkdir()
    shutil.copytree(backup, tmp_path / "elsewhere")
    await asyncio.to_thread(
        restore,
        SQLITE,
        tmp_path / "elsewhere",
        empty,
        scene.house.clock,
        accept_returning_words=True,
    )
    assert {path.name for path in empty.iterdir()} == {"folkmoot.db", REMOVALS}
    assert {path.stat().st_mode & 0o777 for path in empty.iterdir()} == {0o600}


async def test_a_restore_is_told_in_the_commons_log(scene: Scene, tmp_path: Path) -> None:
    """Members can see that history was set back, to when, and whether words may return (P8)."""
    backup, manifest = await backed_up(scene)
    await brought_back(scene, backup, tmp_path / "second", accept=True)
    async with house(tmp_path / "second", clock=scene.house.clock) as again:
        rows = await again.running.dispatcher.store.read(
            lambda tx: tx.fetch_all(
                "SELECT author, data FROM events WHERE stream = ? AND kind = ?",
                *(COMMONS_STREAM, Acted.kind),
            )
        )
    [*_, (author, data)] = rows
    act = msgspec.json.decode(data, type=Acted).act
    assert (act.method, act.way) == ("server.restore", Way.MACHINE)
    assert [change.after for change in act.changes] == [
        f"{manifest.taken_at:%Y-%m-%dT%H:%MZ}",
        True,
    ]
    assert json.loads(author) == {"kind": "system"}


async def test_a_restored_backup_from_before_acts_has_them_in_their_order(
    scene: Scene, tmp_path: Path
) -> None:
    """What the events of the older version tell comes before the restore that brought them (P8)."""

    def as_before(tx: Tx) -> None:
        tx.execute("DELETE FROM acts")
        for table in ("events", "streams"):
            tx.execute(
                f"DELETE FROM {table} WHERE stream LIKE ?", f"{stream_prefix(StreamKind.ACTS)}%"
            )
        delete_meta(tx, ACTS_BROUGHT)

    await scene.house.running.dispatcher.store.write(as_before)
    backup, _ = await backed_up(scene)
    await brought_back(scene, backup, tmp_path / "second", accept=True)
    async with house(tmp_path / "second", clock=scene.house.clock) as again:
        acts = await again.running.dispatcher.store.read(
            lambda tx: list_acts(tx, GetLog(board=COMMONS))
        )
    assert acts[0].method == "server.restore"
    assert [act.number for act in acts] == list(range(len(acts), 0, -1))
    assert "boards.open" in {act.method for act in acts[1:]}


async def test_what_was_purged_is_not_brought_back(scene: Scene, tmp_path: Path) -> None:
    """The record of removals knows what a law wanted gone, and its marker says so (P10)."""
    backup, _ = await backed_up(scene)
    post = scene.posts["answer-stays"]
    line = scene.lines["line-stays"]
    await scene.house.carried(scene.ana.call(Purge(post=post, law="A law", reason="Why")))
    await scene.house.carried(scene.ana.call(Purge(line=line, law="A law", reason="Why")))
    await brought_back(scene, backup, tmp_path / "second")
    assert words_in(tmp_path / "second", ("answer-stays", "line-stays")) == set()
    with SQLITE.look(tmp_path / "second" / "data") as look:
        assert look.tx.fetch_one("SELECT state FROM posts WHERE id = ?", post) == ("purged",)
        assert look.tx.fetch_one("SELECT state FROM lines WHERE id = ?", line) == ("purged",)


async def test_words_that_a_purge_waits_for_stay_hidden(scene: Scene, tmp_path: Path) -> None:
    """A restore announces the purge anew, and shows nobody its words meanwhile (protocol 15.8, 15.10)."""
    await scene.house.join("bo")
    post = scene.posts["answer-stays"]
    with pytest.raises(CommandWaits) as waits:
        await scene.ana.call(Purge(post=post, law="A law", reason="Why"))
    backup, _ = await backed_up(scene)
    await brought_back(scene, backup, tmp_path / "second")
    async with house(tmp_path / "second", clock=scene.house.clock) as again:
        again.members, epoch = scene.house.members, again.running.dispatcher.epoch
        await again.do_jobs("commands that wait")
        async with signed_in(again, "bo") as bo:
            [waiting] = (await bo.call(ListProposals())).proposals
            assert waiting.id == waits.value.proposal
            page = await bo.call(ListPosts(thread=scene.threads["title-replaced"]))
            states = {each.id: (each.state, each.body) for each in page.posts}
            assert states[post] == (ContentState.HIDDEN, None)
        told = await again.read(
            lambda tx: tx.fetch_all("SELECT epoch FROM proposals WHERE ended_at IS NULL")
        )
        assert told == [(epoch,)]


async def test_a_thread_that_was_only_hidden_is_not_brought_back(
    scene: Scene, tmp_path: Path
) -> None:
    """The first commit of a thread's purge already keeps a restore from bringing any of it back, and
    what was written after the purge stays (P10)."""
    backup, _ = await backed_up(scene)
    thread = scene.threads["title-replaced"]
    await scene.house.carried(scene.ana.call(Purge(thread=thread, law="A law", reason="Why")))
    later, _ = await backed_up(scene, "later")
    await brought_back(scene, backup, tmp_path / "second")
    assert words_in(tmp_path / "second", ("answer-stays", "opening-stays")) == set()
    with SQLITE.look(tmp_path / "second" / "data") as look:
        states = look.tx.fetch_all("SELECT DISTINCT state FROM posts WHERE thread = ?", thread)
        assert {state for (state,) in states} == {"purged"}
    await brought_back(scene, later, tmp_path / "third")
    assert words_in(tmp_path / "third", ("answer-stays", "opening-stays")) == set()


async def test_an_end_that_was_called_off_is_not_brought_back(scene: Scene, tmp_path: Path) -> None:
    """Nobody's words are refused on a day that everybody was told is not coming."""
    on = instant(scene.house.clock() + 30 * DAY_MS)
    await scene.ana.call(AnnounceClosing(on=on, reason="Tired"))
    backup, _ = await backed_up(scene)
    await scene.ana.call(CancelClosing(reason="Rested"))
    await brought_back(scene, backup, tmp_path / "second")
    async with house(tmp_path / "second", clock=scene.house.clock) as again:
        store = again.running.dispatcher.store
        assert await store.read(lambda tx: tx.fetch_all("SELECT kind FROM restrictions")) == []


async def test_a_restore_begins_tags_anew(scene: Scene, tmp_path: Path) -> None:
    """What the backup does not have is gone on purpose: no tag of before is evidence (6.7)."""
    store = scene.house.running.dispatcher.store
    await store.write(lambda tx: history.note(tx, Lost(COMMONS_STREAM, 41, 12, 0)))
    head = (await store.read(lambda tx: event_log.head(tx, COMMONS_STREAM))).seq
    before = await store.read(lambda tx: history.tag_at(tx, COMMONS_STREAM, head))
    backup, _ = await backed_up(scene)
    await brought_back(scene, backup, tmp_path / "second")
    with SQLITE.look(tmp_path / "second" / "data") as look:
        assert history.noted(look.tx) is None
        assert history.tag_at(look.tx, COMMONS_STREAM, head) not in ("", before)
        now = event_log.head(look.tx, COMMONS_STREAM)
        assert history.judge(look.tx, COMMONS_STREAM, head, before, now) is CursorVerdict.WORTHLESS


async def test_a_community_born_under_a_wrong_clock_is_restored_with_its_record(
    tmp_path: Path,
) -> None:
    """What a new community's record reaches back to is its beginning, whatever the clock said (P10)."""
    clock = FakeClock()
    clock.step(days=400)
    async with open_moot(tmp_path / "data", clock):
        pass
    clock.step(days=-400)
    async with open_moot(tmp_path / "data", clock) as moot:
        backup = tmp_path / "backup"
        await asyncio.to_thread(take_backup, SQLITE, moot.folder, backup, clock())
    record = tmp_path / "data" / REMOVALS
    restored = await asyncio.to_thread(
        restore, SQLITE, backup, tmp_path / "again", clock, record=record
    )
    assert not restored.returning
