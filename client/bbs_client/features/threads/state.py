"""What messages about threads change beside the threads, posts and lines they show. Pure."""

from msgspec import Struct

from bbs.features.threads.messages import (
    LoungeFaded,
    PostPublished,
    PostsFaded,
    TextPurged,
    ThreadPublished,
)
from bbs.features.threads.views import Post, PostResult, StartThreadResult
from bbs_client.mirror.changes import Change, Fade, FadeLounge, PurgeThread, Raise
from bbs_client.mirror.places import EventPlace


def fold(message: Struct, place: EventPlace | None) -> tuple[Change, ...]:
    """Return what a message of this feature changes; nothing for any other message.

    Args:
        message: An event or a result.
        place: Where an event happened; nothing here depends on it.
    """
    match message:
        case ThreadPublished(post=post) | PostPublished(post=post):
            return _raised(post)
        case StartThreadResult(post=post) | PostResult(post=post):
            return _raised(post)
        case TextPurged(thread=str(thread), upto=int(upto)):
            return (PurgeThread(thread, upto),)
        case PostsFaded(board=board, until=until):
            return (Fade(board, until),)
        case LoungeFaded(board=board, until=until):
            return (FadeLounge(board, until),)
        case _:
            return ()


def _raised(post: Post) -> tuple[Change, ...]:
    """Return that a thread reaches to a post; a post that is held yet raises nothing."""
    if post.number is None:
        return ()
    written = post.at if post.imported else None
    return (Raise(post.thread, post.number, post.visible_at, written),)
