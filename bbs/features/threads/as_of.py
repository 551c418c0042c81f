"""Posts and threads as shown at a time: without text that has faded by then (P10). Pure."""

from msgspec.structs import replace

from bbs.clock import Ms, to_ms
from bbs.features.members.views import Author, ImportedAuthor
from bbs.features.threads.views import ContentState, Post, Thread


def post_as_of(post: Post, now_ms: Ms) -> Post:
    """Return a post as it is shown at a time: without its text if that has faded by then (P10).

    The revision stays, because nothing has been erased yet.
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
    """Return a thread as it is shown at a time; see `post_as_of`.

    Args:
        ends_ms: When its title fades, in ms since 1970 UTC; None for never or unknown.
        now_ms: The time, in ms since 1970 UTC.
    """
    if thread.state is not ContentState.PUBLISHED or ends_ms is None or ends_ms > now_ms:
        return thread
    return replace(thread, title=None, state=ContentState.FADED, author=without_name(thread.author))


def without_name(author: Author) -> Author:
    """Return the author of a text that is gone: without the name that came with an import."""
    if isinstance(author, ImportedAuthor):
        return ImportedAuthor(id=author.id)
    return author
