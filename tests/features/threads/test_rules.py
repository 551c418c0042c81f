"""Rules of threads: mentions, fading, the order of answers, and mail made into threads."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, SECOND_MS
from bbs.features.threads.rules import (
    MailRef,
    check_import_body,
    check_line_body,
    check_post_body,
    check_title,
    fades_at,
    find_mentions,
    publish_times,
    shortened_fades_at,
    thread_mail,
)
from bbs.features.threads.tree import tree_order
from bbs.refusals import TextRefused

moments = st.integers(0, 2**45)
retentions = st.none() | st.integers(0, limits.RETENTION_DAYS_MAX)
MIXED = st.sampled_from(["@ana", "@bob", "`", "``", "```", "~~~", "\n", "    ", " ", "x", ".", ">"])


@given(written=moments, hold_s=st.integers(0, limits.HOLD_SECONDS_MAX), jumps=st.integers())
def test_no_jump_of_the_clock_holds_a_post_for_ever(written: int, hold_s: int, jumps: int) -> None:
    """A hold ends with its time, and at any time that no hold could have been set at."""
    ends = written + hold_s * SECOND_MS
    until, beyond = publish_times(written + jumps)
    assert (ends <= until) == (jumps >= hold_s * SECOND_MS)
    assert not ends > beyond or jumps < 0
    assert ends <= until or ends > beyond or ends - (written + jumps) <= beyond - until


def test_titles_bodies_and_lines_have_their_limits() -> None:
    """Each kind of text is checked against its own bounds (P3, limits)."""
    check_title("x" * limits.TITLE_CHARS_MAX)
    check_post_body("x" * limits.BODY_CHARS_MAX)
    check_line_body("x" * limits.LINE_BODY_CHARS_MAX)
    check_line_body("a\nb")
    check_import_body("")
    for check, size in (
        (check_title, limits.TITLE_CHARS_MAX),
        (check_post_body, limits.BODY_CHARS_MAX),
        (check_line_body, limits.LINE_BODY_CHARS_MAX),
        (check_import_body, limits.IMPORT_BODY_CHARS_MAX),
    ):
        with pytest.raises(TextRefused):
            check("x" * (size + 1))
    with pytest.raises(TextRefused):
        check_line_body("x\n" * limits.LINE_BODY_LINES_MAX + "x")


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("@ana and @bob, @Ana!", ("ana", "bob")),
        ("(@ana) «@bob» *@cy-2* Frage@ana", ("ana", "bob", "cy-2")),
        ("@ana. @bob: @cy_d? @eve's", ("ana", "bob", "cy_d", "eve")),
        ("mail ana@example.org, a.b@c.org, @example.org, @a1@b1, +@ana", ()),
        ("é@ana @anaé @a @" + "a" * 33, ()),
        ("`@ana` ``x ` @bob`` @cy", ("cy",)),
        ("`@ana @bob\n\n` @cy", ("ana", "bob", "cy")),
        ("```\n@ana\n```\n@bob", ("bob",)),
        ("~~~ text\n@ana\n```\n~~~~\n@bob", ("bob",)),
        ("```\n@ana", ()),
        ("``` not ` a fence\n@ana", ("ana",)),
        ("    @ana\n\tstill @bob\n@cy", ("cy",)),
        ("text\n    @ana", ("ana",)),
        ("> @ana said", ("ana",)),
        ("`a`@ana", ("ana",)),
        ("none", ()),
    ],
)
def test_mentions_call_who_was_meant(body: str, called: tuple[str, ...]) -> None:
    """A handle after @ calls its member once; code and e-mail addresses call nobody."""
    assert find_mentions(body) == called


def test_mentions_are_bounded() -> None:
    """A post cannot call more than a few (limits)."""
    body = " ".join(f"@member{n}" for n in range(100))
    assert len(find_mentions(body)) == limits.MENTIONS_MAX


@given(st.lists(MIXED, max_size=60).map("".join))
def test_mentions_are_total_and_in_the_text(body: str) -> None:
    """Any body has its mentions found, each of them in it and once."""
    found = find_mentions(body)
    assert len(set(found)) == len(found)
    assert all(f"@{handle}" in body for handle in found)


@pytest.mark.parametrize("piece", ["`", "` ``", "`a``b", "@", "@a", "\n\n`", "    x\n", "```\n"])
def test_mentions_are_found_in_linear_time(piece: str) -> None:
    """The longest body of the worst shape costs little, so no post can stall the writer (P14)."""

    def cost_s(size: int) -> float:
        body = "@" + (piece * size)[:size]
        started = time.thread_time()
        find_mentions(body)
        return time.thread_time() - started

    small = min(cost_s(limits.BODY_CHARS_MAX // 8) for _ in range(5))
    large = min(cost_s(limits.BODY_CHARS_MAX) for _ in range(5))
    # Linear gives 8, quadratic 64.
    assert large < 30 * small + 0.001


@given(moments, retentions, st.lists(retentions, max_size=5))
def test_a_promise_to_forget_is_only_ever_kept_earlier(
    published_at_ms: int, retention_days: int | None, changes: list[int | None]
) -> None:
    """However a board changes its retention, words fade by the shortest one they lived under (P10)."""
    fades_at_ms = fades_at(published_at_ms, retention_days)
    for change in changes:
        fades_at_ms = shortened_fades_at(fades_at_ms, published_at_ms, change)
    bounded = [days for days in (retention_days, *changes) if days is not None]
    assert fades_at_ms == (published_at_ms + min(bounded) * DAY_MS if bounded else None)


def naive_order(nodes: list[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """Return the tree order by plain recursion."""
    numbers = {number for number, _ in nodes}

    def below(parent: int | None, depth: int) -> list[tuple[int, int]]:
        found = []
        for number, above in sorted(nodes, key=lambda node: node[0]):
            real = above if above in numbers and above is not None and above < number else None
            if real == parent:
                found += [(number, depth), *below(number, depth + 1)]
        return found

    return below(None, 0)


@given(
    st.dictionaries(st.integers(1, 15), st.none() | st.integers(0, 16)).flatmap(
        lambda tree: st.permutations(list(tree.items()))
    )
)
def test_answers_stand_under_what_they_answer(nodes: list[tuple[int, int | None]]) -> None:
    """A thread is shown depth first, answers by number, every post once (P1)."""
    assert tree_order(nodes) == naive_order(nodes)


def test_a_long_chain_of_answers_is_no_danger() -> None:
    """Ten thousand answers to answers are ordered without recursion (P13)."""
    size = 10_000
    assert tree_order([(n, n - 1) for n in range(1, size)]) == [(n, n - 1) for n in range(1, size)]


def mails(*rows: tuple[str, str]) -> list[MailRef]:
    """Return messages from ids and space-separated references, a second apart."""
    return [MailRef(id, tuple(refs.split()), at * 1000) for at, (id, refs) in enumerate(rows)]


@pytest.mark.parametrize(
    ("messages", "trees"),
    [
        (mails(("a", ""), ("b", "a"), ("c", "a b")), [[("a", None), ("b", "a"), ("c", "b")]]),
        (mails(("c", "a b"), ("a", "")), [[("a", None), ("c", "a")]]),
        (mails(("b", "a"), ("c", "a")), [[("b", None), ("c", None)]]),
        (mails(("b", "x a")), [[("b", None)]]),
        (mails(("a", "b"), ("b", "a")), [[("b", None), ("a", "b")]]),
        (mails(("a", "a")), [[("a", None)]]),
        (mails(("a", ""), ("a", "b"), ("b", "")), [[("a", None)], [("b", None)]]),
        (mails(("b", "a"), ("a", "")), [[("a", None), ("b", "a")]]),
        (
            mails(("c", "a"), ("a", ""), ("b", "a"), ("d", "b c")),
            [[("a", None), ("c", "a"), ("b", "a"), ("d", "c")]],
        ),
    ],
)
def test_mail_is_threaded_by_its_references(
    messages: list[MailRef], trees: list[list[tuple[str, str | None]]]
) -> None:
    """Missing messages are passed over, rings broken, repeated ids dropped (jwz)."""
    assert thread_mail(messages) == trees


def test_equal_subjects_join_nothing() -> None:
    """Two threads that begin with the same words stay two."""
    both = [MailRef("a", (), 1, "Hello"), MailRef("b", (), 2, "Re: Hello")]
    assert thread_mail(both) == [[("a", None)], [("b", None)]]


@given(
    st.lists(
        st.builds(
            MailRef,
            st.sampled_from("abcdefgh"),
            st.lists(st.sampled_from("abcdefghxyz"), max_size=4).map(tuple),
            st.integers(0, 5),
        ),
        max_size=12,
    )
)
def test_any_mailbox_becomes_trees(messages: list[MailRef]) -> None:
    """Every message is in exactly one thread, after the one it answers, whatever the headers say."""
    seen: set[str] = set()
    starts = []
    dates = {message.id: message.date_ms for message in reversed(messages)}
    for tree in thread_mail(messages):
        here: set[str] = set()
        assert tree[0][1] is None
        for mail_id, parent in tree:
            assert mail_id not in seen | here
            assert parent is None or parent in here
            here.add(mail_id)
        seen |= here
        starts.append(dates[tree[0][0]])
    assert seen == dates.keys()
    assert starts == sorted(starts)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_mail_thread_is_no_danger(backwards: bool) -> None:
    """Ten thousand mails answering each other are threaded without recursion (P13)."""
    chain = [MailRef(str(n), (str(n - 1),), n) for n in range(10_000)]
    [tree] = thread_mail(chain[::-1] if backwards else chain)
    assert [mail_id for mail_id, _ in tree] == [str(n) for n in range(10_000)]
