"""What any store keeps and forgets: texts, the record of removals, its own soundness."""

from pathlib import Path

from bbs.ids import new_id
from bbs.refusals import Conflict
from bbs_server.store import texts
from bbs_server.store.api import GoneThread, RemovalReason, Store, Tx
from bbs_server.store.removals import REMOVALS, read_entries
from tests.store.commands import gathered, kept, put
from tests.support.kept import DICE
from tests.support.kept import kept as kept_texts


async def test_texts_come_back_as_they_were_stored(store: Store) -> None:
    """Any text is stored as it is; what is not there is passed over."""
    bodies = ["", "words", "Größe \U0001f331", "x" * 40_000]
    keys = await kept_texts(store, *bodies)
    found = await store.read(lambda tx: tx.stored_texts([*keys, "unknown"]))
    assert dict(found) == dict(zip(keys, bodies, strict=True))


async def test_a_text_is_read_by_the_command_that_stores_it(store: Store) -> None:
    """A command reads what it has just stored, and no more what it has just deleted (P10)."""

    def run(tx: Tx) -> tuple[dict[str, str], dict[str, str]]:
        key = texts.insert_text(tx, DICE, "words")
        before = texts.load_bodies(tx, [key])
        texts.delete_texts(tx, [key])
        return before, texts.load_bodies(tx, [key])

    before, after = await store.write(run)
    assert list(before.values()) == ["words"]
    assert after == {}


async def test_removals_are_recorded_with_their_commit(store: Store, tmp_path: Path) -> None:
    """What a commit deletes is in the record before it is answered, what was refused never (P10)."""
    gone, stays = await kept_texts(store, "gone", "stays")
    thread = GoneThread(new_id(), 7, 1_000)

    def refuse(tx: Tx) -> None:
        texts.delete_texts(tx, [stays], RemovalReason.PURGED)
        tx.forget_thread(thread._replace(upto=9))
        raise Conflict(what="changed my mind")

    def withdraw(tx: Tx) -> None:
        texts.delete_texts(tx, [gone], RemovalReason.WITHDRAWN)
        tx.forget_thread(thread)

    *_, error = await gathered(store, withdraw, refuse)
    assert isinstance(error, Conflict)
    entries = list(read_entries(tmp_path / REMOVALS))
    assert [pair for entry in entries for pair in entry.texts()] == [
        (gone, RemovalReason.WITHDRAWN)
    ]
    assert [each for entry in entries for each in entry.threads] == [thread]
    assert await store.read(lambda tx: texts.load_bodies(tx, [gone, stays])) == {stays: "stays"}


async def test_a_long_read_goes_on_in_a_later_transaction(store: Store) -> None:
    """What a reader holds stays good: after the move it sees what was committed meanwhile."""
    held: list[Tx] = []
    await store.read(held.append)
    await store.write(put("k1"))

    def go_on(tx: Tx) -> list[str]:
        held[0].move_to(tx)
        return kept(held[0])

    assert await store.read(go_on) == ["k1"]


async def test_a_sound_store_says_so(store: Store) -> None:
    """A fresh store passes its own trials, and they leave nothing that a reader could see."""
    await store.verify()
    store.look_at_files()
    assert await store.prove() is None
    assert await store.run_maintenance()
    assert store.health() is None
    assert await store.read(kept) == []
