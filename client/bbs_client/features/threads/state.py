"""How thread, post and lounge events and results change the mirror. Pure."""

from datetime import datetime

from bbs.features.members.views import Author
from bbs.features.threads.messages import (
    AuthorThanked,
    LineSaid,
    LineUnsaid,
    LoungeFaded,
    PostEdited,
    PostHeld,
    PostPublished,
    PostsFaded,
    PostWithdrawn,
    TextPurged,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.features.threads.views import (
    GONE,
    LinePage,
    LineResult,
    Post,
    PostPage,
    PostResult,
    RecentPage,
    Skeleton,
    StartThreadResult,
    ThanksPage,
    Thread,
    ThreadPage,
    ThreadResult,
)
from bbs.messages import Event, Result
from bbs_client.mirror.changes import (
    BlankThread,
    Change,
    Fade,
    FadeLounge,
    PurgeThread,
    PutBones,
    PutLine,
    PutPost,
    PutThanks,
    PutThread,
    Raise,
    RemoveHeld,
)


def fold(event: Event, stream: str, seq: int, at: datetime, author: Author) -> tuple[Change, ...]:
    """Return what an event of this feature changes; nothing for any other event.

    Args:
        event: What happened.
        stream: The stream that told it.
        seq: Its place in that stream.
        at: When it happened.
        author: Who did it.
    """
    match event:
        case ThreadPublished(thread=thread, post=post):
            return (PutThread(thread), *_published(post))
        case PostPublished(post=post):
            return _published(post)
        case PostEdited(post=post) | PostWithdrawn(post=post):
            return _post(post)
        case TextPurged(posts=posts, lines=lines, thread=thread, upto=upto):
            whole = () if thread is None or upto is None else (PurgeThread(thread, upto),)
            return (*_posts(posts), *(PutLine(line) for line in lines), *whole)
        case ThreadRetitled(thread=thread):
            return (PutThread(thread),)
        case PostHeld(post=post, thread=thread):
            return (*_threads((thread,) if thread else ()), *_post(post))
        case PostsFaded(board=board, until=until):
            return (Fade(board, until),)
        case AuthorThanked(thanks=thanks):
            return (PutThanks(thanks),)
        case LineSaid(line=line) | LineUnsaid(line=line):
            return (PutLine(line),)
        case LoungeFaded(board=board, until=until):
            return (FadeLounge(board, until),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result."""
    match result:
        case ThreadPage(threads=threads):
            return _threads(threads)
        case ThreadResult(thread=thread):
            return _threads((thread,))
        case PostPage(thread=thread, posts=posts):
            return (*_threads((thread,)), *_posts(posts))
        case RecentPage(threads=threads, posts=posts):
            return (*_threads(threads), *_posts(posts))
        case Skeleton(thread=thread, bones=bones):
            return (*_threads((thread,)), PutBones(thread.id, thread.board, bones))
        case ThanksPage(thanks=page):
            return tuple(PutThanks(thanks) for thanks in page)
        case LinePage(lines=lines):
            return tuple(PutLine(line) for line in lines)
        case LineResult(line=line):
            return (PutLine(line),)
        case PostResult(post=post):
            return _published(post) if post.number else _post(post)
        case StartThreadResult(thread=thread, post=post):
            return (PutThread(thread), *_published(post))
        case _:
            return ()


def _published(post: Post) -> tuple[Change, ...]:
    if post.number is None:
        return _post(post)
    written = post.at if post.imported else None
    return (*_post(post), Raise(post.thread, post.number, post.visible_at, written))


def _post(post: Post) -> tuple[Change, ...]:
    """Return what one post changes: a marker that never had a number leaves nothing behind."""
    ended = post.state in GONE
    if ended and post.number is None:
        return (RemoveHeld(post.id, post.thread),)
    if ended and post.number == 1:
        return (PutPost(post), BlankThread(post.thread, post.state))
    return (PutPost(post),)


def _posts(posts: tuple[Post, ...]) -> tuple[Change, ...]:
    return tuple(change for post in posts for change in _post(post))


def _threads(threads: tuple[Thread, ...]) -> tuple[Change, ...]:
    return tuple(PutThread(thread) for thread in threads)
