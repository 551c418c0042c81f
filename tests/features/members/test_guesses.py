"""Wrong guesses are counted alike for every handle, and no 30 days see more than a hundred (3.3)."""

from bisect import bisect_left

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import Throttled
from bbs.testing import FakeClock
from bbs_server.features.members.guesses import Guesses

MONTH_MS = 30 * DAY_MS
RESTARTS_MAX = 7  # in 30 days; a server that restarts more often lets 8 guesses more through each

waits = st.one_of(
    st.just(0.0), st.floats(0, 100), st.floats(0, 2 * 86_400), st.floats(0, 20 * 86_400)
)


def is_refused(guesses: Guesses, handle: str) -> bool:
    """Return whether a stranger's guess at a password has to wait."""
    try:
        guesses.refuse_while_waiting(handle, None)
    except Throttled:
        return True
    return False


def guess_all(guesses: Guesses, handle: str) -> int:
    """Guess as long as nothing has to wait; return how often."""
    guessed = 0
    while not is_refused(guesses, handle):
        guesses.count(handle, None)
        guessed += 1
    return guessed


def most_in_a_month(moments: list[int]) -> int:
    """Return the most of these moments, in order, that any 30 days hold."""
    return max(
        (n + 1 - bisect_left(moments, at - MONTH_MS) for n, at in enumerate(moments)), default=0
    )


@settings(max_examples=40, deadline=None)
@given(
    schedule=st.lists(st.tuples(waits, st.integers(1, 20)), max_size=150),
    restarts=st.lists(st.integers(0, 149), max_size=RESTARTS_MAX),
)
def test_no_schedule_of_guesses_gets_more_than_a_hundred_a_month(
    schedule: list[tuple[float, int]], restarts: list[int]
) -> None:
    """However guesses are timed, 30 days hold a hundred at most, restarts included (3.3)."""
    clock = FakeClock()
    guesses, moments = Guesses(clock.steady), []
    for n, (wait_s, tries) in enumerate(schedule):
        clock.jump(seconds=wait_s)
        for _ in range(restarts.count(n)):
            guesses = Guesses(clock.steady)
        for _ in range(tries):
            if not is_refused(guesses, "ana"):
                guesses.count("ana", None)
                moments.append(clock.steady())
    assert most_in_a_month(moments) <= limits.GUESSES_MONTH_MAX


@pytest.mark.parametrize(("restarts", "most"), [(0, 46), (RESTARTS_MAX, 100)])
def test_whoever_guesses_as_soon_as_allowed_gets_no_more(restarts: int, most: int) -> None:
    """The fastest guesser there can be stays below the bound, with the worst times to restart."""
    clock = FakeClock()
    guesses, moments = Guesses(clock.steady), []
    clock.jump(days=60)  # what the start counted is forgotten
    for step in range(1, 40 * 24 * 6):
        if step % (4 * 24 * 6) == 0 and step // (4 * 24 * 6) <= restarts:
            guesses = Guesses(clock.steady)
        moments += [clock.steady()] * guess_all(guesses, "ana")
        clock.jump(seconds=600)
    assert most - 15 <= most_in_a_month(moments) <= most


def test_the_wait_ends_and_says_when() -> None:
    """The refusal tells how long it lasts, at most a day; then the next guess is taken (3.3)."""
    clock = FakeClock()
    guesses = Guesses(clock.steady)
    for _ in range(30):
        guess_all(guesses, "ana")
        with pytest.raises(Throttled) as caught:
            guesses.refuse_while_waiting("ana", None)
        assert 0 < caught.value.retry_after_s <= 86_400
        clock.jump(seconds=caught.value.retry_after_s)
        assert not is_refused(guesses, "ana")


def test_a_restart_begins_with_half_used_and_two_typing_errors_free() -> None:
    """After a start no handle waits for its first two wrong passwords; from the third on it waits as
    if eight more had been counted (3.3)."""
    clock = FakeClock()
    guesses = Guesses(clock.steady)
    assert guess_all(guesses, "ana") == limits.GUESSES_FREE_AT_START + 1
    with pytest.raises(Throttled) as caught:
        guesses.refuse_while_waiting("ana", None)
    assert 1_000 < caught.value.retry_after_s <= 1_024
    clock.jump(days=limits.GUESSES_AT_START)
    assert guess_all(guesses, "ben") == limits.GUESSES_FREE + 1


def test_devices_are_counted_apart() -> None:
    """Passwords guessed by strangers hold up no device, nor those of a device another (3.3)."""
    guesses = Guesses(FakeClock().steady)
    guess_all(guesses, "ana")
    for device in (1, 2):
        guesses.refuse_while_waiting("ana", device)
    while True:
        try:
            guesses.refuse_while_waiting("ana", 1)
        except Throttled:
            break
        guesses.count("ana", 1)
    guesses.refuse_while_waiting("ana", 2)


def test_a_flood_of_made_up_handles_gives_no_guess_and_takes_no_memory() -> None:
    """Nothing is evicted: whom the flood does not name is as shut or open as before (P11, protocol 3.3)."""
    clock = FakeClock()
    guesses = Guesses(clock.steady)
    clock.jump(days=60)
    guess_all(guesses, "ana")
    before = [len(counters._counts) for counters in (guesses._strangers, guesses._devices)]
    for n in range(20_000):
        guesses.count(f"flood {n}", None)
    assert is_refused(guesses, "ana")
    open_ones = sum(not is_refused(guesses, f"member {n}") for n in range(150))
    assert open_ones == 150
    assert [len(counters._counts) for counters in (guesses._strangers, guesses._devices)] == before


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([0.0, 1.0, 60.0, 9e4])), max_size=200
    )
)
def test_sharing_a_counter_never_shortens_a_wait(steps: list[tuple[str, float]]) -> None:
    """With three counters for eight handles, nobody is let in whom a count of their own shuts out
    for good: each stays below the bound as if alone (3.3)."""
    from bbs_server.features.members.guesses import _Counters

    clock = FakeClock()
    shared = _Counters(clock.steady, 3)
    alone = {handle: 0.0 for handle in "abcdefgh"}
    for handle, wait_s in steps:
        clock.jump(seconds=wait_s)
        alone = {name: max(0.0, count - wait_s / 86_400) for name, count in alone.items()}
        if shared.left_s(handle) <= 0:
            shared.count(handle)
            alone[handle] += 1
            assert alone[handle] < 16


@pytest.mark.parametrize(
    ("wait_s", "told"),
    [
        (0.5, "0.5 s"),
        (99.9, "99.9 s"),
        (100, "2 minutes"),
        (3_601, "61 minutes"),
        (86_400, "24 hours"),
    ],
)
def test_a_long_wait_is_told_in_words_of_its_length(wait_s: float, told: str) -> None:
    """The refusal says when to come back, never a moment too early (3.3, 4.5)."""
    assert (
        str(Throttled(retry_after_s=wait_s))
        == f"too many requests; the server accepts the next one in {told}"
    )
