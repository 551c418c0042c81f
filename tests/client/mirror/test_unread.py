"""Unread counts, kept by the cache as things change, against counting everything anew."""

import tempfile
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import instant
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import ChoiceChanged, Floor, MarkPosts, Marks
from bbs.features.threads.views import ContentState, Skeleton
from bbs.ids import COMMONS, new_id
from bbs.testing import FakeClock, a_board, a_post, a_seat, a_thread
from bbs_client.features.threads.fading import Fade
from bbs_client.mirror.changes import Change
from bbs_client.mirror.file import Mirror
from tests.client.mirror.bones import a_bone
from tests.client.mirror.outline import outline
from tests.support.unread import ME as READER
from tests.support.unread import NOW, Story, stories
from tests.support.unread import THREADS as THREAD_IDS

ME, OTHER = new_id(), new_id()
THREADS = [a_thread(number=n, posts=30) for n in (1, 2)]
IDS = {(thread, number): new_id() for thread in (0, 1) for number in range(1, 31)}
numbers = st.integers(1, 30)
spans = st.tuples(numbers, numbers).map(sorted)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), numbers, st.booleans(), st.booleans(), st.booleans()),
        st.tuples(st.just("gone"), numbers),
        st.tuples(st.just("mark"), spans, st.booleans()),
        st.tuples(st.just("marks"), spans, st.integers(1, 9)),
        st.tuples(st.just("floor"), st.integers(0, 60)),
        st.tuples(st.just("bones"), spans),
        st.tuples(st.just("fade"), st.integers(0, 60)),
    ),
    max_size=30,
)


class Naive:
    """What is unread, from everything that was told, without any index."""

    def __init__(self) -> None:
        self.posts: dict[tuple[int, int], dict[str, Any]] = {}
        self.read: dict[int, set[int]] = {0: set(), 1: set()}
        self.revision: dict[int, int] = {0: 0, 1: 0}
        self.floor: int | None = None

    def step(self, thread: int, step: Any) -> Change:
        match step:
            case ("post", number, mine, imported, fading):
                known = self.posts.get((thread, number), {})
                if "gone" not in known and not known.get("words"):
                    end = 30 + number if fading else None
                    facts = {"mine": mine, "imported": imported, "end": end, "words": True}
                    self.posts[thread, number] = facts
                facts = self.posts[thread, number]
                return post(thread, number, facts)
            case ("gone", number):
                facts = self.posts.setdefault(
                    (thread, number), {"mine": False, "imported": False, "end": None}
                )
                facts |= {"gone": True, "words": True}
                gone = {"body": None, "state": ContentState.WITHDRAWN, "revision": 2}
                return post(thread, number, facts, **gone)
            case ("mark", (first, last), read):
                span = set(range(first, last + 1))
                self.read[thread] = self.read[thread] | span if read else self.read[thread] - span
                return MarkPosts(thread=THREADS[thread].id, first=first, last=last, read=read)
            case ("marks", (first, last), revision):
                if revision >= self.revision[thread]:
                    self.revision[thread] = revision
                    self.read[thread] = set(range(first, last + 1))
                ranges = ((first, last),)
                return Marks(
                    thread=THREADS[thread].id, board=COMMONS, read=ranges, revision=revision
                )
            case ("floor", seq):
                self.floor = seq
                return Floor(board=COMMONS, seq=seq)
            case ("bones", (first, last)):
                span = range(first, last + 1)
                for number in span:
                    bone = {"mine": False, "imported": False, "end": None}
                    self.posts.setdefault((thread, number), bone)
                author = MemberAuthor(id=OTHER)
                bones = (a_bone(n, None, author, seq=2 * n) for n in span)
                return Skeleton(thread=THREADS[thread], bones=tuple(bones))
            case _:
                for facts in self.posts.values():
                    if facts["end"] is not None and facts["end"] <= step[1]:
                        facts["gone"] = True
                return Fade(instant(step[1]))

    def unread(self, thread: int) -> set[int]:
        if self.floor is None:
            return set()
        return {
            number
            for (where, number), facts in self.posts.items()
            if where == thread and not (facts["mine"] or facts["imported"] or "gone" in facts)
            if 2 * number > self.floor and number not in self.read[thread]
        }


def post(thread: int, number: int, facts: dict[str, Any], **fields: Any) -> Any:
    return a_post(
        id=IDS[thread, number],
        thread=THREADS[thread].id,
        number=number,
        seq=2 * number,
        author=MemberAuthor(id=ME if facts["mine"] else OTHER),
        imported=facts["imported"],
        fades_at=None if facts["end"] is None else instant(facts["end"]),
        **fields,
    )


@given(steps=STEPS, where=st.lists(st.integers(0, 1), min_size=30, max_size=30))
def test_counts_equal_counting_anew(steps: list[Any], where: list[int]) -> None:
    """Unread is: published, above the floor, not marked, not one's own, not imported (P2, P4)."""
    naive = Naive()
    with tempfile.TemporaryDirectory() as folder:
        cache = Mirror.open(Path(folder) / "m" / "mirror.db", ME, FakeClock(0))
        cache.apply([a_board(id=COMMONS), a_seat(member=ME)])
        cache.apply(thread for thread in THREADS)
        try:
            for step, thread in zip(steps, where, strict=False):
                cache.apply([naive.step(thread, step)])
                for index, one in enumerate(THREADS):
                    wanted = naive.unread(index)
                    shown = {row.number for row in outline(cache, one.id) if row.unread}
                    row = cache.thread(one.id)
                    assert row is not None
                    assert shown == wanted
                    assert row.unread == len(wanted)
                total = sum(len(naive.unread(index)) for index in (0, 1))
                assert cache.boards()[0].unread == total
        finally:
            cache.close()


@given(story=stories(), random=st.randoms(use_true_random=False))
def test_the_mirror_finds_unread_what_the_rule_says(story: Story, random: Random) -> None:
    """Whatever came first, the mirror agrees with the rule on every post (P4, protocol 11.1)."""
    facts: list[Change] = [
        *story.posts,
        *(a_thread(id=thread, number=n) for n, thread in enumerate(THREAD_IDS, 1)),
        *(
            Marks(thread=thread, board=COMMONS, read=ranges, revision=1)
            for thread, ranges in story.read.items()
        ),
        *(ChoiceChanged(choice=choice, revision=at) for at, choice in enumerate(story.choices, 1)),
        Floor(board=COMMONS, seq=story.floor or 0),
    ]
    if story.floor is not None:
        facts.append(a_seat(member=READER))
    random.shuffle(facts)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Mirror.open(Path(folder) / "m" / "mirror.db", READER, FakeClock(NOW))) as cache,
    ):
        cache.apply([a_board(id=COMMONS)])
        for fact in facts:
            cache.apply([fact])
        assert cache.floor(COMMONS) == story.floor
        waiting = {(one.thread, one.number) for one in cache.waiting()}
        for thread in THREAD_IDS:
            wanted = story.unread(thread)
            assert cache.read_ranges(thread) == story.read[thread]
            assert set(cache.unread(thread)) == wanted
            assert {number for of, number in waiting if of == thread} == wanted
            row = cache.thread(thread)
            assert row is not None
            assert row.unread == len(wanted)
