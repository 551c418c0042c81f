"""Where a reader stands on a board, and which posts are unread from there. Pure."""

from typing import NamedTuple

from bbs.features.members.author_text import author_id
from bbs.features.reading.messages import Ranges
from bbs.features.reading.rounds import RoundPreferences, is_muted_by
from bbs.features.reading.rules import contains
from bbs.features.threads.views import ContentState, Post, SkeletonPost
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.messages import Seq


class Reader(NamedTuple):
    """The member, floor and marks that decide which posts of a thread are unread.

    Attributes:
        floor: The seq of the board's stream above which its posts are new; None without a seat.
        read: The numbers in the member's marks of the thread.
    """

    member: MemberId
    floor: Seq | None
    read: Ranges = ()


def is_above(floor: Seq | None, seq: Seq | None) -> bool:
    """Return whether a place in a board's stream is above a reader's floor there, as new posts are."""
    return floor is not None and seq is not None and seq > floor


def is_unread(
    reader: Reader,
    *,
    number: int | None,
    seq: Seq | None,
    author: MemberId | None,
    state: ContentState,
    imported: bool,
    is_over: bool,
    is_muted: bool,
) -> bool:
    """Return whether a post is unread for a reader (P4). Protocol 11.1.

    The SQL of the server and of the mirror is tested against this function.

    Args:
        number: Its number in the thread; None until it is published.
        seq: Its place in the board's stream; None until it is published.
        author: The member who wrote it; None if no member did.
        state: Its state.
        imported: Whether it was written elsewhere.
        is_over: Whether its text has ended by the server's time, even if it is not erased yet
            (protocol 7.8).
        is_muted: The result of `bbs.features.reading.rounds.is_muted_by` for it.
    """
    if number is None or not is_above(reader.floor, seq):
        return False
    if state is not ContentState.PUBLISHED or imported or is_over or is_muted:
        return False
    return author != reader.member and not contains(reader.read, number)


def is_post_unread(
    reader: Reader,
    wishes: RoundPreferences,
    board: BoardId,
    thread: ThreadId,
    post: Post | SkeletonPost,
    *,
    is_over: bool,
) -> bool:
    """Return whether a post is unread for a reader with these choices, as `is_unread` says (P4).

    Args:
        board, thread: Where it stands.
        is_over: As there.
    """
    author = author_id(post.author)
    return is_unread(
        reader,
        number=post.number,
        seq=post.seq,
        author=author,
        state=post.state,
        imported=post.imported,
        is_over=is_over,
        is_muted=is_muted_by(wishes, board, thread, author),
    )
