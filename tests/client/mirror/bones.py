"""Builders of the places of posts in the shape of a thread, and of a board's norms."""

from bbs.features.boards.messages import Board
from bbs.features.members.views import Author
from bbs.features.norms.messages import Clause, Norms
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


def the_norms(board: Board) -> Norms:
    """Return a board's norms in the version in force."""
    clauses = (Clause(text="Be kind.", why="We meet again."),)
    return Norms(board=board.id, version=board.norms_version, clauses=clauses)
