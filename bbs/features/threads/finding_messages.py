"""Finding the posts and lines of a board by who wrote them, for those in office there."""

from enum import StrEnum
from typing import ClassVar

from bbs import limits
from bbs.clock import Instant
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.messages import PageSize, Query, Result, Seq
from bbs.powers import Need, NeedTarget, Power


class FoundState(StrEnum):
    """Which of the words that still exist are found."""

    PUBLISHED = "published"
    HIDDEN = "hidden"


class FoundWords(Result, frozen=True, kw_only=True):
    """Posts or lines of a board, oldest first.

    Attributes:
        posts: The posts; their bodies and subjects, and the titles of `threads`, only if asked for.
        lines: The lines, where lines were asked for.
        threads: The threads of these posts.
        next_after: Pass it as `after` for the next page, which may have finds though this one has
            none; None at the end.
    """

    posts: tuple[Post, ...] = ()
    lines: tuple[Line, ...] = ()
    threads: tuple[Thread, ...] = ()
    next_after: Seq | None = None


class FindWords(Query[FoundWords], frozen=True, kw_only=True):
    """Find posts of a board, or lines of its lounge, oldest first; only those that still have words.

    For those in office on the board alone. Anybody who may read a board can read each of these posts,
    in its thread. But all that somebody ever wrote, as a list, is a file on a person: members get no
    such list of each other (P2, P11), and a moderator gets it for the board that they look after, not
    for the community. Words to look for are for `reading.search`. Errors: `not_found`.

    Attributes:
        author: Only what this member wrote.
        thread: Only posts of this thread.
        since: Only what was written at this moment or later.
        until: Only what was written before this moment.
        state: Only what is published, or only what is hidden; None for both.
        lines: True for lines of the lounge in place of posts.
        words: True for the words, too. Those of hidden posts are read by `threads.hidden_words`.
        after: Only posts with a higher seq, or lines with a higher number.
    """

    method: ClassVar[str] = "threads.find"
    needs: ClassVar[Need] = Need(Power.HEAR, on=NeedTarget.BOARD)
    board: BoardId
    author: MemberId | None = None
    thread: ThreadId | None = None
    since: Instant | None = None
    until: Instant | None = None
    state: FoundState | None = None
    lines: bool = False
    words: bool = False
    after: Seq = 0
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT
