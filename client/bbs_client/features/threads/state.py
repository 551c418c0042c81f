"""How thread, post and lounge events and results change the mirror. Pure."""

from datetime import datetime

from bbs.features.members.views import Author
from bbs.features.threads.messages import (
    Edited,
    Faded,
    Held,
    LoungeFaded,
    Posted,
    Purged,
    Retitled,
    Said,
    Started,
    Thanked,
    Unsaid,
    Withdrawn,
)
from bbs.features.threads.views import (
    GONE,
    LinePage,
    LineShown,
    Post,
    PostPage,
    PostShown,
    RecentPage,
    Skeleton,
    ThanksPage,
    Thread,
    ThreadPage,
    ThreadShown,
    ThreadStarted,
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
        case Started(thread=thread, post=post):
            return (PutThread(thread), *_published(post))
        case Posted(post=post):
            return _published(post)
        case Edited(post=post) | Withdrawn(post=post):
            return _post(post)
        case Purged(posts=posts, lines=lines, thread=thread, upto=upto):
            whole = () if thread is None or upto is None else (PurgeThread(thread, upto),)
            return (*_posts(posts), *(PutLine(line) for line in lines), *whole)
        case Retitled(thread=thread):
            return (PutThread(thread),)
        case Held(post=post, thread=thread):
            return (*_threads((thread,) if thread else ()), *_post(post))
        case Faded(board=board, until=until):
            return (Fade(board, until),)
        case Thanked(thanks=thanks):
            return (PutThanks(thanks),)
        case Said(line=line) | Unsaid(line=line):
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
        case ThreadShown(thread=thread):
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
        case LineShown(line=line):
            return (PutLine(line),)
        case PostShown(post=post):
            return _published(post) if post.number else _post(post)
        case ThreadStarted(thread=thread, post=post):
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
