"""The sample's text files: boards, threads as indented trees, lines and voices; and when each was."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from bbs.clock import HOUR_MS, MINUTE_MS, MachineClock, Ms, system_clock

_author = re.compile(r"(?P<indent> *)@(?P<by>[a-z]+)").fullmatch
_line = re.compile(
    r"(?:(?P<pause>\d+) )?(?P<place>[a-z-]+(?:/\d+)*) @(?P<by>[a-z]+): (?P<text>.+)"
).fullmatch
_INDENT = 2
OLD_MS = (150 * HOUR_MS, 20 * HOUR_MS)  # before now: when the talk from before the visit was had
FRESH_MS = (7 * HOUR_MS, 40 * MINUTE_MS)  # … and the talk since
JOINED_MS = 8 * HOUR_MS
CHATTED_MS = 35 * MINUTE_MS  # before now: when the lounges were talked in
_PAUSES_MIN = (9, 34, 5, 71, 16, 140, 3, 48, 22, 205)  # between posts of a thread, round and round


@dataclass
class SamplePost:
    """One post of a sample thread.

    Attributes:
        by: The author's handle.
        depth: 0 for the first post and for answers to the thread, 1 for answers to those.
        lines: Its words.
    """

    by: str
    depth: int
    lines: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        """Its words as one text; in the files each paragraph is one line, as in a post."""
        return "\n".join(self.lines).strip("\n")


@dataclass
class SampleThread:
    """A sample thread.

    Attributes:
        title: Its title.
        fresh: Whether it is written after the visitor came, and so new to them.
        posts: In the order of writing; the first one starts the thread.
    """

    title: str
    fresh: bool
    posts: list[SamplePost] = field(default_factory=list)


@dataclass(frozen=True)
class SampleLine:
    """Something said: a lounge's line, or an answer where `place` is a post's address.

    Attributes:
        place: A board's slug, or a post's address.
        by: The author's handle.
        text: The words.
        pause_s: Seconds to wait before it.
    """

    place: str
    by: str
    text: str
    pause_s: float = 0.0


def read_threads(text: str) -> list[SampleThread]:
    """Read threads: `== Title` begins one (`==+` a fresh one), `@handle` a post of it.

    The indentation of `@handle` is its depth; the words follow at the same indentation.
    """
    threads: list[SampleThread] = []
    post: SamplePost | None = None
    for line in text.splitlines():
        if line.startswith("=="):
            threads.append(SampleThread(line.lstrip("=+ "), fresh=line.startswith("==+")))
        elif found := _author(line):
            post = SamplePost(found["by"], len(found["indent"]) // _INDENT)
            threads[-1].posts.append(post)
        elif post is not None:
            post.lines.append(line[post.depth * _INDENT :])
    return threads


def parents(posts: list[SamplePost]) -> list[int | None]:
    """Return for each post the place in the list of the post it answers; None for the thread.

    Answers at depth 0 answer the thread, not its first post.
    """
    above: list[int | None] = []
    at_depth: dict[int, int] = {}
    for place, post in enumerate(posts):
        above.append(at_depth[post.depth - 1] if post.depth else None)
        at_depth[post.depth] = place
    return above


def read_lines(text: str) -> list[SampleLine]:
    """Read lines: `board @handle: words`, or `seconds board @handle: words`."""
    lines = []
    for each in text.splitlines():
        found = _line(each)
        assert found is not None, each
        pause_s = float(found["pause"] or 0)
        lines.append(SampleLine(found["place"], found["by"], found["text"], pause_s))
    return lines


class BackdatedClock:
    """A clock behind the true one while the story is told, so that it lies some days back."""

    def __init__(self, clock: MachineClock = system_clock) -> None:
        """Begin before everything.

        Args:
            clock: The true one.
        """
        self._clock = clock
        self.behind_ms: Ms = OLD_MS[0] + HOUR_MS
        self._begins_behind_ms = self.behind_ms

    def __call__(self) -> Ms:
        """Return the time it is in the story."""
        return self._clock() - self.behind_ms

    def steady(self) -> Ms:
        """Return how long the machine ran in the story: its days pass by both clocks."""
        return self._clock.steady() + self._begins_behind_ms - self.behind_ms

    @property
    def boot(self) -> str:
        """The true clock's."""
        return self._clock.boot

    def go(self, behind_ms: Ms) -> None:
        """Go on to some time before now; never back."""
        self.behind_ms = min(self.behind_ms, behind_ms)


def timeline(
    threads: Mapping[str, list[SampleThread]], *, fresh: bool
) -> Iterator[tuple[Ms, str, SampleThread, int]]:
    """Yield the posts as they were written: how long before now, board, thread, place in it.

    The threads begin in turns, one of each board, at equal distances; what answers comes some
    minutes or hours later, while other threads go on.
    """
    begin, end = FRESH_MS if fresh else OLD_MS
    chosen = {slug: [one for one in found if one.fresh is fresh] for slug, found in threads.items()}
    order = [
        (slug, thread)
        for turn in zip_longest(*chosen.values())
        for slug, thread in zip(chosen, turn, strict=True)
        if thread is not None
    ]
    posts = []
    for nth, (slug, thread) in enumerate(order):
        at = begin - (begin - end) * nth // len(order)
        for place in range(len(thread.posts)):
            posts.append((max(end, at), slug, thread, place))
            at -= _PAUSES_MIN[(nth + place) % len(_PAUSES_MIN)] * MINUTE_MS
    # Sorting keeps posts of a thread in order also where the end has cut their distances to none.
    yield from sorted(posts, key=lambda post: -post[0])
