"""Rounds without a screen: a round gets shorter with every step, whatever happens beside it (P4)."""

from collections.abc import Collection
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.reading.views import Round, Section, Stop
from bbs_client.session.round_reader import RoundProgress
from bbs_client.session.session import Session
from tests.client.app.sample import RAIN, TOMATOES

THREADS = ("a1", "a2", "b1")
marks = st.tuples(st.sampled_from(THREADS), st.integers(1, 9), st.booleans())


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    """Draw a round: each post of three threads in it at most once."""
    stops = []
    left = {thread: set(range(1, 7)) for thread in THREADS}
    for thread in draw(st.lists(st.sampled_from(THREADS), max_size=5)):
        if left[thread]:
            numbers = draw(st.sets(st.sampled_from(sorted(left[thread])), min_size=1))
            left[thread] -= numbers
            where = {"section": Section.BOARD, "board": thread[0], "thread": thread}
            stops.append(Stop(**where, numbers=tuple(sorted(numbers))))
    return Round(vector={"a": 20, "b": 20}, stops=tuple(stops))


@given(rounds(), st.lists(marks, max_size=40))
def test_a_round_ends_and_shows_each_post_at_most_once(
    shown: Round, others: list[tuple[str, int, bool]]
) -> None:
    """Marks of other devices, and posts arriving meanwhile, neither lengthen a round nor show twice."""
    unread = {thread: set(range(1, 7)) for thread in THREADS}

    def of(thread: str) -> Collection[int]:
        return unread[thread]

    walk, steps = RoundProgress(shown), 0
    inside = {(stop.thread, number) for stop in shown.stops for number in stop.numbers}
    happening = iter(others)
    while (stop := walk.here(of)) is not None:
        steps += 1
        number = stop.numbers[0]
        assert (stop.thread, number) in inside
        inside.discard((stop.thread, number))
        unread[stop.thread].discard(number)
        for thread, at, read in islice(happening, 1):
            # What was shown stays read, unless its reader says otherwise: a post that came is new.
            if read or at > 6:
                (unread[thread].discard if read else unread[thread].add)(at)
    assert steps <= walk.posts


@given(rounds())
def test_what_is_skipped_comes_no_more_in_this_round(shown: Round) -> None:
    """Skipping leaves a thread unread for the next round and shows no more of it in this one."""
    walk = RoundProgress(shown)
    unread = {thread: set(range(1, 7)) for thread in THREADS}
    while (stop := walk.here(unread.__getitem__)) is not None:
        before = walk.shown
        left = walk.skip(stop.thread)
        gone = [one for one in before.stops if one.thread == stop.thread]
        assert left == sum(len(one.numbers) for one in gone)
        assert all(one.thread != stop.thread for one in walk.shown.stops)
    assert all(unread.values())


async def test_a_session_takes_its_reader_through_a_round(session: Session) -> None:
    """What is fixed is read stop by stop to its end, which says how much it was (P4)."""
    rounds = session.rounds
    rounds.begin(await rounds.fix())
    read = []
    while (stop := rounds.here()) is not None:
        assert rounds.is_at(stop.thread)
        read.append((stop.thread, stop.numbers[0]))
        rounds.mark_passed(stop.thread, stop.numbers[:1])
    assert read == [*((TOMATOES, number) for number in (3, 1, 5, 6)), (RAIN, 1), (RAIN, 2)]
    assert rounds.progress is None
    assert rounds.ended is not None
    assert rounds.ended.passed()[:2] == (6, 2)
    assert (await rounds.fix()).stops == ()


async def test_a_thread_that_is_peeked_into_keeps_its_marks(session: Session) -> None:
    """Where the reader only looks, nothing that they pass is read, and the round is not there (P2)."""
    rounds = session.rounds
    rounds.begin(await rounds.fix())
    unread = session.cache.unread(TOMATOES)
    rounds.peeked = TOMATOES
    rounds.mark_passed(TOMATOES, unread)
    assert session.cache.unread(TOMATOES) == unread
    assert not rounds.is_at(TOMATOES)
    rounds.peeked = None
    assert rounds.is_at(TOMATOES)
