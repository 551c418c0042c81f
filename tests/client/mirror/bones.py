"""A builder of the places of posts in the shape of a thread."""

from bbs.features.members.views import Author
from bbs.features.threads.views import ContentState, SkeletonPost


def a_bone(
    number: int,
    parent: int | None,
    author: Author,
    *,
    seq: int | None,
    state: ContentState = ContentState.PUBLISHED,
) -> SkeletonPost:
    """Return a post's place in a thread's shape."""
    return SkeletonPost(
        number=number, parent=parent, author=author, state=state, imported=False, seq=seq or 0
    )
