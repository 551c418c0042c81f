"""How posts and threads are shown at a time: without words once these are over (P10). Pure."""

from msgspec.structs import replace

from bbs.clock import Ms, to_ms
from bbs.features.members.views import Author, ImportedAuthor
from bbs.features.threads.views import ContentState, Post, Thread


def post_as_of(post: Post, now_ms: Ms) -> Post:
    """Return a post as it is shown at a time: what is over by then has no words (P10).

    Only how it is shown: its revision stays, for nobody has erased anything.
    """
    if post.state is not ContentState.PUBLISHED or post.fades_at is None:
        return post
    if to_ms(post.fades_at) > now_ms:
        return post
    author = without_name(post.author)
    return replace(
        post, subject=None, body=None, state=ContentState.FADED, author=author, mentions=()
    )


def thread_as_of(thread: Thread, ends_ms: Ms | None, now_ms: Ms) -> Thread:
    """Return a thread as it is shown at a time; as `post_as_of`.

    Args:
        ends_ms: When its title fades; None: never, or it is not known.
    """
    if thread.state is not ContentState.PUBLISHED or ends_ms is None or ends_ms > now_ms:
        return thread
    return replace(thread, title=None, state=ContentState.FADED, author=without_name(thread.author))


def without_name(author: Author) -> Author:
    """Return an author as they stand beside words that are gone: an import's name goes along."""
    if isinstance(author, ImportedAuthor):
        return ImportedAuthor(id=author.id)
    return author
