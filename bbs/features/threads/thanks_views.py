"""Thanks for posts, as those who get them see them (P2)."""

from bbs.clock import Instant
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Place, Result, View


class Thanks(View, frozen=True, kw_only=True):
    """A member's thanks for a post, which only the post's author ever sees (P2).

    Attributes:
        by: The member who thanked; None once the post is gone.
    """

    post: PostId
    board: BoardId
    thread: ThreadId
    by: MemberId | None = None
    at: Instant


class ThanksPage(Result, frozen=True, kw_only=True):
    """Thanks the member got for posts that still exist, newest first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    thanks: tuple[Thanks, ...]
    next_before: Place | None = None
