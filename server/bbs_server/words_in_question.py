"""The words that a command is about which waits for others."""

from typing import NamedTuple

from bbs.features.threads.views import Line, Post


class WordsInQuestion(NamedTuple):
    """A page of the words that a command which waits is about.

    Attributes:
        title: A thread's, if it is hidden too and the reader may read it.
        next_after: Where the next page begins; None at the end.
    """

    title: str | None
    posts: tuple[Post, ...]
    lines: tuple[Line, ...]
    next_after: int | None
