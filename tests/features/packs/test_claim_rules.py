"""Which answers may follow, what differs from the claimant's own copy, whose link it is (31.1, 31.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.claim_link import ClaimLink, parse_claim_link
from bbs.clock import instant
from bbs.errors import BadParams
from bbs.features.packs.claim_rules import (
    CLAIM_TRANSITIONS,
    Decided,
    Difference,
    KeyCheck,
    OwnPost,
    check_key,
    compare_claim,
    count_unknown,
    seats_to_keep,
    state_for_answer,
)
from bbs.features.packs.claim_text import describe_findings, describe_found
from bbs.features.packs.claim_views import (
    ClaimAnswer,
    ClaimedHome,
    ClaimedPack,
    ClaimedPost,
    ClaimedThread,
    ClaimState,
)
from bbs.features.packs.views import PackKind
from bbs.features.threads.views import ContentState

ANSWERS = (ClaimAnswer.NAMED, ClaimAnswer.NAMELESS, ClaimAnswer.TAKEN)
KEY = "A" * 43


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.booleans(), st.booleans()), max_size=12))
def test_answers_follow_the_table(given_answers: list[tuple[ClaimAnswer, bool, bool]]) -> None:
    """Whatever is answered, by whichever key, leads along `CLAIM_TRANSITIONS`, or is refused (31.4)."""
    state: ClaimState | None = None
    for answer, same_key, same_code in given_answers:
        before = None if state is None else Decided(state, same_key, same_code)
        to = state_for_answer(answer, before)
        if to is None or to is state:
            continue
        assert to in CLAIM_TRANSITIONS[state]
        state = to


def test_a_members_words_are_nobodys_to_claim() -> None:
    """Words that have a member, or are erased, come to nothing else by any answer (31.4)."""
    for answer in ANSWERS:
        for same_key in (True, False):
            assert state_for_answer(answer, Decided(ClaimState.NAMED, same_key)) is None
            to = state_for_answer(answer, Decided(ClaimState.TAKEN, same_key))
            assert to is (ClaimState.TAKEN if answer is ClaimAnswer.TAKEN else None)


def post(id: str, number: int, body: str, subject: str | None = None) -> ClaimedPost:
    """Return a post as the new server returns it."""
    state = ContentState.PUBLISHED
    return ClaimedPost(id=id, number=number, at=instant(0), state=state, body=body, subject=subject)


def test_what_differs_is_named_with_its_address() -> None:
    """Altered words, missing posts and posts of others are named; what fits is not (31.4)."""
    found = [
        ClaimedThread(
            thread="t",
            number=4,
            posts=(
                post("a", 1, "as it was"),
                post("b", 2, "altered"),
                post("c", 3, "of another"),
                post("d", 5, "subject changed", "S"),
                post("e", 6, "not in the copy"),
            ),
        )
    ]
    kept = {
        "a": OwnPost("a", "garden/4/1", None, "as it was"),
        "b": OwnPost("b", "garden/4/2", None, "as I wrote it"),
        "c": OwnPost("c", "garden/4/3", None, None, mine=False),
        "d": OwnPost("d", "garden/4/5", None, "subject changed"),
        "f": OwnPost("f", "garden/10/1", None, "lost"),
        "g": OwnPost("g", "garden/9/1", None, "lost too"),
        "h": OwnPost("h", "garden/9/2", None, None),
        "i": OwnPost("i", "garden/9/3", None, "of others", mine=False),
    }
    findings = compare_claim("meadow", found, kept)
    assert [(each.kind, each.address) for each in findings] == [
        (Difference.ALTERED, "meadow/4/2"),
        (Difference.NOT_MINE, "meadow/4/3"),
        (Difference.ALTERED, "meadow/4/5"),
        (Difference.MISSING, "garden/9/1"),
        (Difference.MISSING, "garden/10/1"),
    ]
    assert count_unknown(found, kept) == 1
    assert describe_findings(findings)[1] == "  meadow/4/2: other words than in your copy"
    assert describe_findings([]) == ["Nothing differs from your own copy."]


def pack(kind: PackKind = PackKind.SERVER, key: str | None = KEY) -> ClaimedPack:
    """Return a pack of a server at moot.example."""
    home = ClaimedHome(host="moot.example", epoch="e", key=KEY)
    return ClaimedPack(digest="ab" * 32, kind=kind, homes=(home,), key=key)


@pytest.mark.parametrize(
    ("claimed", "pinned", "check"),
    [
        (pack(), KEY, KeyCheck.SAME),
        (pack(), "B" * 43, KeyCheck.OTHER),
        (pack(), None, KeyCheck.NO_PIN),
        (pack(PackKind.LIFEBOAT, None), KEY, KeyCheck.UNSIGNED),
    ],
)
def test_the_key_is_compared_with_the_pin(
    claimed: ClaimedPack, pinned: str | None, check: KeyCheck
) -> None:
    """Before anything is decided the claimant reads whether their old server signed the pack (31.4)."""
    assert check_key(claimed, pinned) is check
    assert len(describe_found("garden", claimed, (), check, 0)) == 3


@pytest.mark.parametrize(("posts", "which"), [(1, "it"), (2, "1 of them")])
def test_what_has_no_copy_is_counted_only_among_several(posts: int, which: str) -> None:
    """Of a single post the sentence says "it" (31.4)."""
    found = ClaimedThread(
        thread="t", number=4, posts=tuple(post(str(each), each, "words") for each in range(posts))
    )
    lines = describe_found("garden", pack(), (found,), KeyCheck.SAME, 1)
    assert f"This device has no copy of {which} to compare with." in lines


@pytest.mark.parametrize(
    ("named", "widest", "seats", "kept"), [(3, 5, 30, 5), (9, 5, 30, 9), (9, 5, 6, 6), (0, 0, 5, 0)]
)
def test_seats_are_kept_for_as_many_as_there_are_at_least(
    named: int, widest: int, seats: int, kept: int
) -> None:
    """A board keeps no seats that it has not got, and none for people nobody can count (31.5)."""
    assert seats_to_keep(named=named, widest=widest, seats=seats) == kept


@pytest.mark.parametrize(
    "link",
    [
        "bbs://127.0.0.1:7000/garden#claim",
        "bbs://moot.example:7878/garden#claim",
        f"bbs://moot.example:7878/garden#claim.{'ab' * 32}",
        "bbs://[::1]:7000/garden#claim",
        "bbs+unix:///run/moot.sock?board=garden#claim",
    ],
)
def test_a_link_is_read_as_it_is_written(link: str) -> None:
    """A claim's link names server and board; it comes back as it was (31.1)."""
    parsed = parse_claim_link(link)
    assert isinstance(parsed, ClaimLink)
    assert (str(parsed), parsed.slug) == (link, "garden")


@pytest.mark.parametrize(
    "link",
    [
        "bbs://moot.example:7878/#claim",
        "bbs://moot.example:7878/garden",
        f"bbs://moot.example:7878/#{'a' * 43}",
        "bbs://moot.example/garden#claim",
        "bbs://moot.example:7878/Garden#claim",
        "https://moot.example:7878/garden#claim",
        "bbs://moot.example:7878/garden#claim.zz",
        "bbs://moot.example:7878/a/b#claim",
        "x" * 5_000,
        "",
    ],
)
def test_any_other_text_is_no_link(link: str) -> None:
    """What is no claim's link is refused with the right form (31.1)."""
    with pytest.raises(BadParams):
        parse_claim_link(link)
