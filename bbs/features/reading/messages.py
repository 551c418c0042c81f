"""Reading: marks, choices made by hand, search, mentions, and finding things by address."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.reading.views import (
    NOTICE_WORDS,
    Choice,
    Folder,
    Inbox,
    Notice,
    NoticePage,
    NotificationLevel,
    ResolveResult,
    RoundResult,
    Stance,
)
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import (
    Command,
    Ephemeral,
    Event,
    Number,
    PageSize,
    Place,
    Query,
    Result,
    SeenRevision,
    Seq,
    View,
)
from bbs.powers import Need, NeedTarget, Power

Ranges = tuple[tuple[int, int], ...]
"""Sorted, disjoint, inclusive ranges of post numbers; `bbs.features.reading.rules` computes them."""


class Marks(View, frozen=True, kw_only=True):
    """The posts of a thread that the member has read. Private (P2).

    Attributes:
        read: Ranges of the numbers of posts that the member read or marked as read.
        revision: Grows with every change; the higher one is true.
    """

    thread: ThreadId
    board: BoardId
    read: Ranges = ()
    revision: int = 0


class Floor(View, frozen=True, kw_only=True):
    """The point from which a board's posts count as unread; so no member inherits a backlog.

    Attributes:
        seq: Posts up to this seq of the board's stream count as read.
    """

    board: BoardId
    seq: Seq


class MarksResult(Result, frozen=True, kw_only=True):
    """The marks after the command."""

    marks: Marks


class AllMarks(Result, frozen=True, kw_only=True):
    """A page of the member's marks, and all of the member's floors.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    marks: tuple[Marks, ...]
    floors: tuple[Floor, ...]
    next_after: ThreadId | None = None


class Unread(View, frozen=True, kw_only=True):
    """How many posts of a thread are published, unread, not muted and not the member's own."""

    thread: ThreadId
    board: BoardId
    posts: int


class UnreadResult(Result, frozen=True, kw_only=True):
    """Unread posts by thread, in the order of boards and threads; empty if there are none.

    Attributes:
        more: Whether there were too many threads to list; then ask board by board, or read first.
    """

    threads: tuple[Unread, ...]
    more: bool = False


class PostInThread(View, frozen=True, kw_only=True):
    """A post that was found, with its thread."""

    post: Post
    thread: Thread


class SavedPage(Result, frozen=True, kw_only=True):
    """The member's saved posts, those published last first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    found: tuple[PostInThread, ...]
    next_before: Place | None = None


class SearchPage(Result, frozen=True, kw_only=True):
    """The posts that a search found, newest first.

    Attributes:
        notes: Sentences about parts of the query that were taken as words or had no match.
        next_before: Pass it as `before` for older finds; None at the end.
    """

    found: tuple[PostInThread, ...]
    notes: tuple[str, ...] = ()
    next_before: int | None = None


class ChoiceResult(Result, frozen=True, kw_only=True):
    """The choice after the command, as `reading.chosen` sends it.

    Attributes:
        revision: Revision of all the member's choices together; grows with every change.
    """

    text_paths: ClassVar[tuple[str, ...]] = ("choice.folders[].name",)
    choice: Choice
    revision: int


class AllChoices(Result, frozen=True, kw_only=True):
    """All choices the member made by hand; for anything not listed no choice is set.

    Attributes:
        revision: The list includes or replaces every choice sent with this revision or a lower one.
    """

    choices: tuple[Choice, ...]
    revision: int


class Resolve(Query[ResolveResult], frozen=True, kw_only=True):
    """Resolve an address: `garden`, `garden/42`, `garden/42/7`, `garden/lounge/113`, `@ana`.

    Errors: `not_found`, both for missing things and for private ones;
    `protocol.bad_params` for a text that is not an address.
    """

    method: ClassVar[str] = "reading.resolve"
    needs: ClassVar[Need] = Need(Power.READ)
    address: Annotated[str, Meta(max_length=128)]


class Search(Query[SearchPage], frozen=True, kw_only=True):
    """Search the posts the member may read: words, "phrases", -not, from:, board:, before:, after:.

    Any text is a valid query. Errors: `reading.query_too_slow`. Protocol 9.

    Attributes:
        board: Search this board only, whatever the query says.
    """

    method: ClassVar[str] = "reading.search"
    needs: ClassVar[Need] = Need(Power.READ)
    query: Annotated[str, Meta(max_length=limits.QUERY_CHARS_MAX)]
    board: BoardId | None = None
    before: Seq | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class ListMentions(Query[SearchPage], frozen=True, kw_only=True):
    """List the posts that mention the member and that they may read, newest first."""

    method: ClassVar[str] = "reading.mentions"
    needs: ClassVar[Need] = Need(Power.READ)
    before: Seq | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class MarkPosts(Command[MarksResult], frozen=True, kw_only=True):
    """Mark posts of a thread as read, or as unread again. Private; sent to the member's devices.

    The server leaves out numbers beyond the thread's last published post (protocol 7.7).

    Errors: `not_found`, `protocol.bad_params` if `last` is below `first`, `conflict` if
    `if_revision` is not the current revision and the marks differ from those asked for.

    Attributes:
        if_revision: The revision of the thread's marks that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.mark"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.THREAD, private=True)
    thread: ThreadId
    first: Number
    last: Number
    read: bool = True
    if_revision: SeenRevision | None = None


class GetMarks(Query[AllMarks], frozen=True, kw_only=True):
    """Read all the member's marks and floors; clients do so after a reconnect (protocol 7.5)."""

    method: ClassVar[str] = "reading.marks"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    after: ThreadId | None = None


class GetUnread(Query[UnreadResult], frozen=True, kw_only=True):
    """Count the member's unread posts on the boards where they have a seat, or on one board."""

    method: ClassVar[str] = "reading.unread"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    board: BoardId | None = None


class SetThreadChoice(Command[ChoiceResult], frozen=True, kw_only=True):
    """Follow or mute a thread, or neither. Private; sent to the member's devices.

    Errors: `not_found`, `full`, `conflict` if this choice changed since `if_revision`.

    Attributes:
        if_revision: The revision of all the member's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.set_thread"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.THREAD, private=True)
    thread: ThreadId
    stance: Stance
    if_revision: SeenRevision | None = None


class SetBoardChoice(Command[ChoiceResult], frozen=True, kw_only=True):
    """Follow or mute a board, or neither, and set its notification level. Private.

    Errors: `not_found`, `full`, `conflict` if this choice changed since `if_revision`.

    Attributes:
        stance: None leaves it as it is.
        level: None leaves it as it is; a board without a choice has `mentions`.
        if_revision: The revision of all the member's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.set_board"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, private=True)
    board: BoardId
    stance: Stance | None = None
    level: NotificationLevel | None = None
    if_revision: SeenRevision | None = None


class SetMemberChoice(Command[ChoiceResult], frozen=True, kw_only=True):
    """Follow or mute a member, or neither. Private; the server never tells that member.

    Errors: `not_found`, `full`, `protocol.bad_params` for the caller's own id, `conflict` if this
    choice changed since `if_revision`.

    Attributes:
        if_revision: The revision of all the member's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.set_member"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    member: MemberId
    stance: Stance
    if_revision: SeenRevision | None = None


class ArrangeBoards(Command[ChoiceResult], frozen=True, kw_only=True):
    """Put boards into the member's own order and folders, replacing the order before. Private.

    The server does not check whether the boards exist; clients show only boards they may read.
    Errors: `text_refused`, `protocol.bad_params` for a board or a name that occurs twice,
    `conflict` if this choice changed since `if_revision`.

    Attributes:
        if_revision: The revision of all the member's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.arrange"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    folders: Annotated[tuple[Folder, ...], Meta(max_length=limits.BOARDS_MAX)]
    if_revision: SeenRevision | None = None


class SavePost(Command[ChoiceResult], frozen=True, kw_only=True):
    """Save a post for the member, or remove it from the saved ones. Private.

    Errors: `not_found`, `full`, `conflict` if this choice changed since `if_revision`.

    Attributes:
        if_revision: The revision of all the member's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.save"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST, private=True)
    post: PostId
    saved: bool = True
    if_revision: SeenRevision | None = None


class GetChoices(Query[AllChoices], frozen=True, kw_only=True):
    """Read all the member's choices; clients do so after a reconnect (protocol 7.5)."""

    method: ClassVar[str] = "reading.choices"
    needs: ClassVar[Need] = Need(Power.READ, private=True)


class GetRound(Query[RoundResult], frozen=True, kw_only=True):
    """Fix a round: all that is new for the member where they have a seat, in order (P4).

    Call it once and go through the result: a second call returns the posts new at that moment.
    """

    method: ClassVar[str] = "reading.round"
    needs: ClassVar[Need] = Need(Power.READ, private=True)


class ListSaved(Query[SavedPage], frozen=True, kw_only=True):
    """List the member's saved posts that they may still read."""

    method: ClassVar[str] = "reading.saved"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class GetInbox(Query[Inbox], frozen=True, kw_only=True):
    """List answers to the member, mentions, thanks and notices, newest first (P1).

    Leaves out items that the member may not read or has muted, except notices: those are always
    listed.
    """

    method: ClassVar[str] = "reading.inbox"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class ListNotices(Query[NoticePage], frozen=True, kw_only=True):
    """List the member's notices, newest first, for a year (P8, protocol 7.13)."""

    method: ClassVar[str] = "reading.notices"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class Noticed(Event, frozen=True, kw_only=True):
    """The server or a member with a power did something to the member (protocol 7.13).

    On the member's own stream, so that only the member learns of it.
    """

    kind: ClassVar[str] = "reading.noticed"
    text_paths: ClassVar[tuple[str, ...]] = NOTICE_WORDS
    notice: Notice


class MarksChanged(Ephemeral, frozen=True, kw_only=True):
    """The member's marks changed, maybe on another device. To the member's devices only."""

    kind: ClassVar[str] = "reading.marked"
    marks: Marks


class FloorChanged(Ephemeral, frozen=True, kw_only=True):
    """The member's floor on a board was set by taking a seat. To the member's devices only."""

    kind: ClassVar[str] = "reading.floor_set"
    floor: Floor


class ChoiceChanged(Ephemeral, frozen=True, kw_only=True):
    """One of the member's choices changed. To the member's devices only."""

    kind: ClassVar[str] = "reading.chosen"
    choice: Choice
    revision: int


Choosing = SetThreadChoice | SetBoardChoice | SetMemberChoice | ArrangeBoards | SavePost
"""The commands that make a choice."""
