"""When posts are over, as the server has it."""

from collections.abc import Iterable

from bbs.clock import Ms, to_ms
from bbs.features.threads.views import Post, Thread


def is_over(post: Post, now: Ms) -> bool:
    """Tell whether the server answers `gone`, though nothing was faded yet."""
    return post.fades_at is not None and to_ms(post.fades_at) <= now


def begins_over(thread: Thread, posts: Iterable[Post], now: Ms) -> bool:
    """Tell whether the first post of a thread is over, and its title with it."""
    return any(
        post.thread == thread.id and post.number == 1 and is_over(post, now) for post in posts
    )
