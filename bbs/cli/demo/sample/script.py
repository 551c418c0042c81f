"""Read the sample's text files (threads as indented trees, lines, voices), and date the posts."""

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
OLD_MS = (150 * HOUR_MS, 20 * HOUR_MS)  # before now: begin and end of the posts before the visit
FRESH_MS = (7 * HOUR_MS, 40 * MINUTE_MS)  # before now: begin and end of the posts since then
JOINED_MS = 8 * HOUR_MS
CHATTED_MS = 35 * MINUTE_MS  # before now: when the talk in the lounges begins
_PAUSES_MIN = (9, 34, 5, 71, 16, 140, 3, 48, 22, 205)  # between posts of a thread, in a cycle


@dataclass
class SamplePost:
    """One post of a sample thread.

    Attributes:
        by: The author's handle.
        depth: 0 for the first post and for answers to the thread, 1 for answers to those.
        lines: The lines of its text.
    """

    by: str
    depth: int
    lines: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        """Its text; a line is a paragraph, in the files as in a post."""
        return "\n".join(self.lines).strip("\n")


@dataclass
class SampleThread:
    """A sample thread.

    Attributes:
        title: Its title.
        fresh: True if its posts come after the visitor joined, and so are new to them.
        posts: In the order of writing; the first one starts the thread.
    """

    title: str
    fresh: bool
    posts: list[SamplePost] = field(default_factory=list)


@dataclass(frozen=True)
class SampleLine:
    """A line of a lounge, or an answer to a post.

    Attributes:
        place: A board's slug for its lounge, or the address of the answered post.
        by: The author's handle.
        text: The body.
        pause_s: Seconds to wait before it.
    """

    place: str
    by: str
    text: str
    pause_s: float = 0.0


def read_threads(text: str) -> list[SampleThread]:
    """Return threads: `== Title` begins a thread (`==+` a fresh thread), `@handle` a post in it.

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
    """Return for each post the index of the post it answers, or None if it answers the thread.

    Answers at depth 0 answer the thread, not its first post.
    """
    above: list[int | None] = []
    at_depth: dict[int, int] = {}
    for place, post in enumerate(posts):
        above.append(at_depth[post.depth - 1] if post.depth else None)
        at_depth[post.depth] = place
    return above


def read_lines(text: str) -> list[SampleLine]:
    """Return lines, each written as `board @handle: text` or `seconds board @handle: text`."""
    lines = []
    for each in text.splitlines():
        found = _line(each)
        assert found is not None, each
        pause_s = float(found["pause"] or 0)
        lines.append(SampleLine(found["place"], found["by"], found["text"], pause_s))
    return lines


class BackdatedClock:
    """A clock behind the true time while the sample is filled, so that its posts are days old."""

    def __init__(self, clock: MachineClock = system_clock) -> None:
        """Begin an hour before the oldest post.

        Args:
            clock: Tells the true time.
        """
        self._clock = clock
        self.behind_ms: Ms = OLD_MS[0] + HOUR_MS
        self._begins_behind_ms = self.behind_ms

    def __call__(self) -> Ms:
        """Return the sample's time, in ms since 1970."""
        return self._clock() - self.behind_ms

    def steady(self) -> Ms:
        """Return the steady clock's time, which moves with the sample's days as the wall clock does."""
        return self._clock.steady() + self._begins_behind_ms - self.behind_ms

    @property
    def boot(self) -> str:
        """The boot id of the true clock."""
        return self._clock.boot

    def go(self, behind_ms: Ms) -> None:
        """Go on to `behind_ms` before now; ignore it if that is back."""
        self.behind_ms = min(self.behind_ms, behind_ms)


def timeline(
    threads: Mapping[str, list[SampleThread]], *, fresh: bool
) -> Iterator[tuple[Ms, str, SampleThread, int]]:
    """Yield posts in the order of writing: ms before now, slug, thread, index in the thread.

    The boards take turns in beginning a thread, at equal distances. Answers follow some minutes or
    hours later, while other threads go on.
    """
    begin, end = FRESH_MS if fresh else OLD_MS
    chosen = {
        slug: [thread for thread in found if thread.fresh is fresh]
        for slug, found in threads.items()
    }
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
    # The sort is stable: posts of a thread stay in order if `end` gave them the same time.
    yield from sorted(posts, key=lambda post: -post[0])
