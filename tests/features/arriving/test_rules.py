"""Guards end by themselves, hold and never refuse; what waits has one way to its end (protocol 21)."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.errors import BadParams
from bbs.features.arriving import rules
from bbs.features.arriving.rules import GuardSettings
from bbs.features.arriving.views import Guard, GuardKind, GuardState, HeldState
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.views import Approval, ContentState, Post
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict

NOW = 1_000 * DAY_MS
kinds = st.frozensets(st.sampled_from(GuardKind))


def post(state: ContentState, approval: Approval | None, written: int = NOW) -> Post:
    """Return a post that was held, or is."""
    return Post(
        id=new_id(),
        board=COMMONS,
        thread=new_id(),
        author=MemberAuthor(id=new_id()),
        number=1 if state is ContentState.PUBLISHED else None,
        at=instant(written),
        visible_at=instant(rules.published_at(written)),
        state=state,
        approval=approval,
    )


@pytest.mark.parametrize("table", [rules.GUARD_TRANSITIONS, rules.HELD_TRANSITIONS])
def test_every_life_begins_and_ends(table: Mapping[object, frozenset[object]]) -> None:
    """Each state but the first comes from another, and every life reaches an end (P7)."""
    reached = {after for states in table.values() for after in states}
    assert reached == table.keys() - {None}
    ends = {state for state, after in table.items() if not after}
    assert ends
    for state in table:
        seen, heap = set(), [state]
        while heap:
            seen.add(at := heap.pop())
            heap += [after for after in table[at] if after not in seen]
        assert seen & ends


@given(st.sampled_from(GuardState), st.sampled_from(GuardState))
def test_a_guard_that_ended_never_begins_again(before: GuardState, after: GuardState) -> None:
    """Only a guard that is on changes, and it only ends."""
    if before is GuardState.ON and after is not GuardState.ON:
        assert rules.check_guard_move(before, after) is after
        return
    with pytest.raises(Conflict):
        rules.check_guard_move(before, after)


@given(st.sampled_from(GuardKind), st.integers(0, NOW), st.integers(0, 60 * DAY_MS))
def test_a_guard_ends_by_itself(kind: GuardKind, since: int, later: int) -> None:
    """A guard is over after 30 days, that of letters after 14; no setting makes it longer (P7)."""
    days = 14 if kind is GuardKind.LETTERS else 30
    end = rules.guard_end(kind, since)
    assert end == since + days * DAY_MS
    guard = Guard(
        board=COMMONS, member=new_id(), kind=kind, since=instant(since), until=instant(end)
    )
    assert rules.is_on(guard, since + later) is (later < days * DAY_MS)


@given(kinds, st.text(max_size=200), st.booleans())
def test_a_guard_holds_only_what_its_setting_names(
    on: frozenset[GuardKind], words: str, behind: bool
) -> None:
    """Without guards nothing waits; with that of links only a link does; a pace holds nothing."""
    why = rules.why_held(on, words, behind=behind)
    if GuardKind.FIRST_POSTS in on:
        assert why is Approval.FIRST_POSTS
    elif GuardKind.LINKS in on and rules.has_link(words):
        assert why is Approval.LINKS
    else:
        assert why is (Approval.BEHIND if behind else None)


@pytest.mark.parametrize(
    "text",
    [
        "see https://example.net",
        "HTTP://EXAMPLE.NET",
        "www.example.net",
        "[here](/x)",
        "mailto:a@example.net",
        "gemini://example.net",
    ],
)
def test_links_are_found(text: str) -> None:
    """Every form of link that a reader could follow counts."""
    assert rules.has_link(text)


@pytest.mark.parametrize("text", ["", "and/or", "3:1", "a [bracket] (and this)", "e.g. here"])
def test_other_words_are_no_links(text: str) -> None:
    """Plain words are not held for a link."""
    assert not rules.has_link(text)


def test_a_held_post_asks_more_people_with_time() -> None:
    """For a day the board's desk is asked, then the commons' moderators too, until a decision."""
    held = post(ContentState.HELD, Approval.FIRST_POSTS)
    day = limits.APPROVAL_ASK_HOURS * HOUR_MS
    assert rules.held_state(held, NOW + day - 1) is HeldState.WAITING
    assert rules.held_state(held, NOW + day) is HeldState.ASKED
    assert rules.published_at(NOW) == NOW + 72 * HOUR_MS
    declined = post(ContentState.HELD, Approval.DECLINED)
    assert rules.held_state(declined, NOW + 2 * day) is HeldState.DECLINED
    assert rules.held_state(post(ContentState.PUBLISHED, None), NOW) is HeldState.PUBLISHED
    assert rules.held_state(post(ContentState.WITHDRAWN, None), NOW) is HeldState.WITHDRAWN


@given(st.sampled_from(HeldState), st.sampled_from(HeldState))
def test_what_is_decided_is_decided_once(before: HeldState, after: HeldState) -> None:
    """A move that the table does not have is refused with a sentence."""
    if after in rules.HELD_TRANSITIONS[before]:
        assert rules.check_held_move(before, after) is after
    elif not rules.HELD_TRANSITIONS[before] or before is HeldState.DECLINED:
        with pytest.raises(Conflict):
            rules.check_held_move(before, after)


def test_nobody_declines_without_a_clause_or_a_word() -> None:
    """Whoever declines a post tells its author why (P7)."""
    with pytest.raises(BadParams, match="clause"):
        rules.check_decline(None, None)
    rules.check_decline(3, None)
    rules.check_decline(None, "Please introduce yourself first.")


def test_guards_are_offered_from_thirty_members_on() -> None:
    """Five friends are never asked about guards; thirty are, as long as none is switched on."""
    none = GuardSettings()
    assert not rules.offers_guards(limits.GUARDS_OFFERED_MEMBERS - 1, none)
    assert rules.offers_guards(limits.GUARDS_OFFERED_MEMBERS, none)
    assert not rules.offers_guards(500, GuardSettings(links=True))
    assert none.kinds == ()
    assert GuardSettings(pace_s=60, letters=True).kinds == (GuardKind.PACE, GuardKind.LETTERS)
