"""When posts, lines and notices are over, as the server has it."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Ms, to_ms
from bbs.features.reading.views import Notice
from bbs.features.threads.views import ContentState, Line, Post, Thread


def is_over(post: Post, now: Ms) -> bool:
    """Tell whether the server answers `gone`, though nothing was faded yet."""
    return post.fades_at is not None and to_ms(post.fades_at) <= now


def begins_over(thread: Thread, posts: Iterable[Post], now: Ms) -> bool:
    """Tell whether the first post of a thread is over, and its title with it."""
    return any(
        post.thread == thread.id and post.number == 1 and is_over(post, now) for post in posts
    )


def still_told(notices: Iterable[Notice], now: Ms) -> tuple[Notice, ...]:
    """Return the notices that are not over, newest first."""
    ends = limits.NOTICE_DAYS * DAY_MS
    kept = [notice for notice in notices if to_ms(notice.at) + ends > now]
    return tuple(reversed(kept))


def taken_back(line: Line) -> Line:
    """Return what its withdrawal leaves of a line."""
    state, revision = ContentState.WITHDRAWN, line.revision + 1
    return replace(line, body=None, state=state, mentions=(), revision=revision)
