"""First steps of founders and newcomers: ticked off by what is there, and gone once the community lives."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.community.first_steps import (
    FIRST_FEW,
    UNNAMED,
    first_steps,
    is_newcomer,
    newcomer_steps,
)

NEW: dict[str, Any] = {
    "title": UNNAMED,
    "norms_accepted": True,
    "boards": 0,
    "invited": False,
    "threads": False,
    "members": 1,
}


@pytest.mark.parametrize(
    ("change", "ticked"),
    [
        ({}, "norms"),
        ({"title": "Our village"}, "name norms"),
        ({"boards": 1}, "norms board"),
        ({"invited": True}, "norms invitation"),
        ({"members": 2}, "norms invitation"),
        ({"threads": True}, "norms thread"),
        ({"norms_accepted": False}, ""),
    ],
)
def test_a_step_is_ticked_off_by_what_is_there(change: dict[str, Any], ticked: str) -> None:
    """Nothing is kept of what a founder did: what is there tells it, whoever did it by which way."""
    steps = first_steps(**{**NEW, **change})
    assert [step.id for step in steps] == ["name", "norms", "board", "invitation", "thread"]
    assert [step.id for step in steps if step.done] == ticked.split()


@given(
    st.sampled_from((UNNAMED, "Our village", None)),
    st.booleans(),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.integers(1, 5),
)
def test_they_go_away_when_all_is_done_or_people_are_there(
    title: str | None, accepted: bool, boards: int, invited: bool, threads: bool, members: int
) -> None:
    """What is shown always holds something to do; a community of a few is told nothing any more."""
    steps = first_steps(
        title=title,
        norms_accepted=accepted,
        boards=boards,
        invited=invited,
        threads=threads,
        members=members,
    )
    assert not steps or not all(step.done for step in steps)
    assert not (steps and members >= FIRST_FEW)


@pytest.mark.parametrize(
    ("boards", "on_screen", "ids"),
    [
        (2, True, "seat hello looks"),
        (2, False, "seat hello seen"),
        (0, True, "hello looks seen"),
        (0, False, "hello seen"),
    ],
)
def test_a_newcomer_gets_at_most_three_steps(boards: int, on_screen: bool, ids: str) -> None:
    """Only what can be done there is asked for: a seat needs a board, and lines have no looks."""
    steps = newcomer_steps(boards=boards, seated=False, done=(), on_screen=on_screen)
    assert [step.id for step in steps] == ids.split()
    done = newcomer_steps(boards=boards, seated=True, done=ids.split(), on_screen=on_screen)
    assert all(step.done for step in done)


def test_a_newcomer_is_one_for_two_weeks() -> None:
    """The list goes away by itself, also for who only reads."""
    last = limits.NEWCOMER_DAYS * DAY_MS
    assert is_newcomer(0, last - 1)
    assert not is_newcomer(0, last)
