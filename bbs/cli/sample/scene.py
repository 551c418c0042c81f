"""Reading the sample's text files: boards, threads as indented trees, lines and voices. Pure."""

import re
from dataclasses import dataclass, field

_author = re.compile(r"(?P<indent> *)@(?P<by>[a-z]+)").fullmatch
_line = re.compile(r"(?P<place>[a-z-]+(?:/\d+)*) @(?P<by>[a-z]+): (?P<text>.+)").fullmatch
_voice = re.compile(r"(?P<pause>\d+) (?P<rest>.+)").fullmatch
_INDENT = 2


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
        timed = _voice(each)
        found = _line(timed["rest"] if timed else each)
        assert found is not None, each
        pause_s = float(timed["pause"]) if timed else 0.0
        lines.append(SampleLine(found["place"], found["by"], found["text"], pause_s))
    return lines
