"""Guards, posts that wait for a moderator, and notes, as those who may know of them see them."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.threads.views import Approval, Post, Thread
from bbs.ids import BoardId, MemberId, NoteLineId, PostId
from bbs.messages import Number, Revision, View

NoteText = Annotated[str, Meta(min_length=1, max_length=limits.NOTE_LINE_CHARS_MAX * 4)]
"""A line of a note, or a moderator's word to the author of a post."""


class GuardKind(StrEnum):
    """What a guard does while somebody is a newcomer on a board; each is a setting of the board."""

    FIRST_POSTS = "first_posts"  # the first posts wait for a moderator
    LINKS = "links"  # posts with links wait for a moderator
    PACE = "pace"  # the newcomer writes at most once in so many seconds
    LETTERS = "letters"  # of the commons: no letters to members who never wrote to the newcomer


class GuardState(StrEnum):
    """The state of a guard. Changes: see `rules.GUARD_TRANSITIONS`."""

    ON = "on"
    PASSED = "passed"  # so many posts of the newcomer were published
    EXPIRED = "expired"  # its time is over
    LIFTED = "lifted"  # the setting was switched off, or the newcomer became a moderator


class Guard(View, frozen=True, kw_only=True):
    """A guard for a newcomer of a board. It cites the board's setting, and ends by itself.

    Attributes:
        member: The newcomer.
        since: When the newcomer took the seat.
        until: When it ends at the latest.
        posts: How many posts of the newcomer were published there, of those that end it; None for
            a guard that ends by time alone.
        seconds: Of a pace, the seconds between two writings.
    """

    board: BoardId
    member: MemberId
    kind: GuardKind
    since: Instant
    until: Instant
    posts: int | None = None
    seconds: int | None = None
    state: GuardState = GuardState.ON
    revision: Revision = 1


class HeldState(StrEnum):
    """The state of a post that a guard holds. Changes: see `rules.HELD_TRANSITIONS`."""

    WAITING = "waiting"  # the board's desk is asked
    ASKED = "asked"  # it waits on, and the commons' moderators are asked too
    PUBLISHED = "published"  # by a moderator, or by time
    DECLINED = "declined"  # by a moderator; its author can copy the words
    WITHDRAWN = "withdrawn"  # erased: by its author, or some time after it was declined


class HeldPost(View, frozen=True, kw_only=True):
    """A post that waits for a moderator. Its author, and whoever may decide, know of it.

    Attributes:
        post: The post; `approval` says why it waits, `visible_at` when the server publishes it.
        thread: The thread that it begins; None for an answer.
        asks_at: When the commons' moderators are asked too; None on a private board, of which they
            know nothing.
    """

    post: Post
    thread: Thread | None = None
    asks_at: Instant | None = None
    state: HeldState = HeldState.WAITING


class Note(View, frozen=True, kw_only=True):
    """A small conversation of a newcomer with host and moderators, about what a guard holds.

    A member has one at most. Its readers are the newcomer, the host, and the moderators of the
    board on which it began.

    Attributes:
        newcomer: Whose it is; a note has the newcomer's id.
        host: Who invited the newcomer, and reads it as their host; None without one, and once the
            time of a host is over.
        host_until: When the host stops reading; None without one.
        post: The post that the guard held first.
        why: Why it waits.
        ends_at: When the note is erased; None while a guard of the newcomer is on.
    """

    newcomer: MemberId
    board: BoardId
    host: MemberId | None = None
    host_until: Instant | None = None
    post: PostId
    why: Approval
    opened_at: Instant
    ends_at: Instant | None = None
    revision: Revision = 1


class NoteLine(View, frozen=True, kw_only=True):
    """A line of a note.

    Attributes:
        note: The newcomer, whose note it is.
        number: Its place in the note.
        text: One line of plain text; None for a decision without a word, and once it is taken back.
        post: The post that was declined by it; None for any other line.
        norm: The clause of the board's norms by which it was declined, in the version in force when
            the post was written; None without one.
        withdrawn: Whether its author took it back.
    """

    id: NoteLineId
    note: MemberId
    number: int
    author: MemberId
    at: Instant
    text: str | None = None
    post: PostId | None = None
    norm: int | None = None
    withdrawn: bool = False
    revision: Revision = 1


class HeldTold(View, frozen=True, kw_only=True):
    """What its author is told of a post that a guard held.

    Attributes:
        norm, norms_version: The clause by which it was declined, if any.
        word: A kind word of who declined it; None without one, and once it is erased.
    """

    post: PostId
    state: HeldState
    norm: Number | None = None
    norms_version: Number | None = None
    word: str | None = None
