"""The text that a waiting command is about."""

from typing import NamedTuple

from bbs.features.threads.views import Line, Post


class WordsInQuestion(NamedTuple):
    """A page of the text that a waiting command is about.

    Attributes:
        title: The thread's title, if it is hidden, too, and the reader may read it.
        next_after: The place where the next page begins; None at the end.
    """

    title: str | None
    posts: tuple[Post, ...]
    lines: tuple[Line, ...]
    next_after: int | None
