"""The event log: no gaps, one chain of digests, words apart, an end that stays checkable."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.chain import digest_of, text_commitment
from bbs.clock import DAY_MS
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.threads.messages import LineSaid, LineUnsaid
from bbs.ids import new_id
from bbs.testing import a_line
from bbs.testing.clock import NOON
from bbs.wire import client_protocol
from bbs.wire.messages import EventFrame
from bbs_server.store import event_log, texts
from bbs_server.store.api import Store, Tx
from bbs_server.store.event_log import AppendEvent

STREAM = f"lounge:{new_id()}"


class Chance:
    """Bytes that repeat, for salts nobody has to guess here."""

    def __init__(self) -> None:
        self._drawn = 0

    def random_bytes(self, count: int) -> bytes:
        self._drawn += 1
        return self._drawn.to_bytes(count, "big")


def say(tx: Tx, at: Chance, body: str, *, days: float = 0) -> event_log.AppendedEvent:
    """Append a line said, with its words apart."""
    line = a_line(body=body)
    emit = AppendEvent(
        STREAM, LineSaid(line=line), line.id, {"line.body": texts.insert_text(tx, at, body)}
    )
    return event_log.append(tx, NOON + int(days * DAY_MS), emit, line.author)


def frame(appended: event_log.AppendedEvent) -> EventFrame:
    """Read a frame as a client does."""
    message = client_protocol.decode_message(appended.frame)
    assert isinstance(message, EventFrame)
    return message


async def test_numbers_have_no_gaps(store: Store) -> None:
    """A stream's seq counts from 1 without a gap, each stream for itself (protocol 6.1)."""
    at = Chance()
    seqs = await store.write(lambda tx: [say(tx, at, f"line {n}").seq for n in range(5)])
    assert seqs == [1, 2, 3, 4, 5]
    other = AppendEvent(f"lounge:{new_id()}", LineUnsaid(line=a_line()), new_id())
    assert (
        await store.write(lambda tx: event_log.append(tx, NOON, other, SystemAuthor()))
    ).seq == 1


async def test_a_refused_command_takes_no_number(store: Store) -> None:
    """What is undone leaves no gap in the numbers (protocol 6.1)."""
    at = Chance()

    def fails(tx: Tx) -> None:
        say(tx, at, "never")
        raise LookupError

    await store.write(lambda tx: say(tx, at, "first"))
    with pytest.raises(LookupError):
        await store.write(fails)
    assert (await store.write(lambda tx: say(tx, at, "second"))).seq == 2


async def test_replay_sends_what_was_sent_live(store: Store) -> None:
    """A replayed frame is byte for byte the one that was sent live (protocol 6.3)."""
    at = Chance()
    live = await store.write(lambda tx: [say(tx, at, f"line {n} 🌱") for n in range(4)])
    again = await store.read(lambda tx: event_log.replay(tx, STREAM, 0, 10, 10**6))
    assert [event.frame for event in again] == [event.frame for event in live]
    assert await store.read(lambda tx: event_log.replay(tx, STREAM, 3, 10, 10**6)) == again[3:]


async def test_replay_is_cut_by_number_and_bytes(store: Store) -> None:
    """A replay ends at the number asked for, or after the event that fills the page (6.2)."""
    at = Chance()
    await store.write(lambda tx: [say(tx, at, "x" * 1_000) for n in range(6)])
    assert len(await store.read(lambda tx: event_log.replay(tx, STREAM, 0, 4, 10**6))) == 4
    assert len(await store.read(lambda tx: event_log.replay(tx, STREAM, 0, 6, 2_000))) == 2
    assert len(await store.read(lambda tx: event_log.replay(tx, STREAM, 0, 6, 1))) == 1


async def test_events_hold_no_words(store: Store) -> None:
    """Words are rows of texts alone: dropped there, a replay tells the event without (P10)."""
    at = Chance()
    await store.write(lambda tx: say(tx, at, "canary"))
    rows = await store.read(lambda tx: tx.fetch_all("SELECT data, texts FROM events"))
    assert "canary" not in str(rows)
    await store.write(lambda tx: tx.execute("DELETE FROM texts"))
    (again,) = await store.read(lambda tx: event_log.replay(tx, STREAM, 0, 10, 10**6))
    assert "body" not in frame(again).data["line"]
    assert await store.read(lambda tx: event_log.find_broken_seq(tx, STREAM, 10)) is None


@given(column=st.sampled_from(["at", "kind", "author", "subject", "data", "texts"]))
def test_every_column_is_in_the_digest(column: str) -> None:
    """Whatever is changed of an event changes its digest (P8, P12)."""
    fields: dict[str, object] = {
        "at": NOON,
        "kind": "threads.said",
        "author": "{}",
        "subject": "s",
        "data": "{}",
        "texts": "{}",
    }
    before = digest_of(b"", STREAM, 1, tuple(fields.values()))
    fields[column] = 1 if column == "at" else "other"
    assert digest_of(b"", STREAM, 1, tuple(fields.values())) != before
    assert digest_of(b"", STREAM, 2, tuple(fields.values())) != before


async def test_the_chain_finds_what_was_tampered_with(store: Store) -> None:
    """A changed, missing or cut-off event is found by the chain, at its place (P8)."""
    at = Chance()
    await store.write(lambda tx: [say(tx, at, f"line {n}") for n in range(6)])
    look = partial(event_log.find_broken_seq, stream=STREAM, last=100)
    assert await store.read(look) is None
    change = "UPDATE events SET author = ? WHERE seq = 3"
    other = '{"kind":"member","id":"somebody else"}'
    (author,) = (
        await store.read(lambda tx: tx.fetch_one("SELECT author FROM events WHERE seq = 3")) or []
    )
    await store.write(lambda tx: tx.execute(change, other))
    assert await store.read(look) == 3
    await store.write(lambda tx: tx.execute(change, author))
    assert await store.read(look) is None
    await store.write(lambda tx: tx.execute("DELETE FROM events WHERE seq = 6"))
    assert await store.read(look) == 6
    await store.write(lambda tx: tx.execute("DELETE FROM events WHERE seq = 2"))
    assert await store.read(look) == 2


async def test_a_stream_that_begins_anew_stays_checkable(store: Store) -> None:
    """Deleting old events leaves base and digest, from which the rest still fits (protocol 6.5)."""
    at = Chance()
    await store.write(lambda tx: [say(tx, at, f"line {n}", days=n) for n in range(6)])
    before, now = NOON + 3 * DAY_MS, NOON + 9 * DAY_MS
    assert (
        await store.write(lambda tx: event_log.forget_before(tx, STREAM, before, 2, now=now)) == 2
    )
    assert (
        await store.write(lambda tx: event_log.forget_before(tx, STREAM, before, 100, now=now)) == 1
    )
    assert (
        await store.write(lambda tx: event_log.forget_before(tx, STREAM, before, 100, now=now)) == 0
    )
    head = await store.read(lambda tx: event_log.head(tx, STREAM))
    assert (head.base_seq, head.seq) == (3, 6)
    for last in (1, 2, 3, 100):
        assert (
            await store.read(partial(event_log.find_broken_seq, stream=STREAM, last=last)) is None
        )
    await store.write(lambda tx: tx.execute("UPDATE events SET at = 0 WHERE seq = 4"))
    assert await store.read(lambda tx: event_log.find_broken_seq(tx, STREAM, 100)) == 4


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_a_clock_once_ahead_stops_no_forgetting(store: Store, limit: int) -> None:
    """Events stamped with a time to come go with their neighbours, and stay with them (P10)."""
    at, days = Chance(), (1, 400, 401, 402, 2, 8, 403, 9)
    await store.write(lambda tx: [say(tx, at, f"line {n}", days=day) for n, day in enumerate(days)])
    before, now, gone = NOON + 3 * DAY_MS, NOON + 10 * DAY_MS, 0
    while done := await store.write(
        lambda tx: event_log.forget_before(tx, STREAM, before, limit, now=now)
    ):
        gone += done
    assert gone == 5
    assert (await store.read(lambda tx: event_log.head(tx, STREAM))).base_seq == 5
    assert await store.read(lambda tx: event_log.find_broken_seq(tx, STREAM, 100)) is None
    everything = NOON + 20 * DAY_MS
    while await store.write(
        lambda tx: event_log.forget_before(tx, STREAM, everything, limit, now=everything)
    ):
        pass
    assert (await store.read(lambda tx: event_log.head(tx, STREAM))).base_seq == 8


async def test_a_slice_forgets_only_what_is_due(store: Store) -> None:
    """A clock that was behind takes nothing along that is younger: what is due ends there (P12)."""
    at = Chance()
    await store.write(lambda tx: [say(tx, at, f"line {n}", days=n) for n in (1, 6, 2)])
    before, now = NOON + 3 * DAY_MS, NOON + 9 * DAY_MS
    assert (
        await store.write(lambda tx: event_log.forget_before(tx, STREAM, before, 9, now=now)) == 1
    )
    assert (
        await store.write(lambda tx: event_log.forget_before(tx, STREAM, before, 9, now=now)) == 0
    )


async def test_everything_may_be_forgotten_but_the_place(store: Store) -> None:
    """A stream without events keeps counting: no number is used twice (protocol 6.1)."""
    at = Chance()
    await store.write(lambda tx: say(tx, at, "old"))
    day = NOON + DAY_MS
    await store.write(lambda tx: event_log.forget_before(tx, STREAM, day, 10, now=day))
    assert await store.read(lambda tx: event_log.find_broken_seq(tx, STREAM, 10)) is None
    assert (await store.write(lambda tx: say(tx, at, "new"))).seq == 2
    assert await store.read(lambda tx: event_log.find_broken_seq(tx, STREAM, 10)) is None


@given(body=st.text(max_size=50), other=st.text(max_size=50))
def test_a_texts_id_holds_its_commitment(body: str, other: str) -> None:
    """With the salt anybody can check what was said; another text has another one (decision 2)."""
    try:
        mine, theirs = (text_commitment(b"s" * 16, words) for words in (body, other))
    except UnicodeEncodeError:
        return
    assert (mine == theirs) == (body == other)
    assert mine != text_commitment(b"t" * 16, body)
    assert len(mine) == 43


async def test_authors_are_named(store: Store) -> None:
    """An event names who did it: the actor, or whom the event itself names (P8)."""
    who, other = MemberAuthor(id=new_id()), MemberAuthor(id=new_id())
    emit = AppendEvent(STREAM, LineUnsaid(line=a_line()), new_id())
    named = AppendEvent(STREAM, LineUnsaid(line=a_line()), new_id(), author=other)
    first = await store.write(lambda tx: event_log.append(tx, NOON, emit, who))
    second = await store.write(lambda tx: event_log.append(tx, NOON, named, who))
    assert (frame(first).author, frame(second).author) == (who, other)
