"""When posts are over, as the server has it."""

from bbs.clock import Ms, to_ms
from bbs.features.threads.views import Post


def is_over(post: Post, now: Ms) -> bool:
    """Tell whether the server answers `gone`, though nothing was faded yet."""
    return post.fades_at is not None and to_ms(post.fades_at) <= now
