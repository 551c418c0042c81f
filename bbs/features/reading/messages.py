"""Reading: marks, choices made by hand, search, mentions, and finding things by address."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.boards.messages import Board
from bbs.features.members.views import Member
from bbs.features.reading.views import (
    Choice,
    Folder,
    InboxItem,
    NotificationLevel,
    Round,
    RoundSize,
    Stance,
)
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import (
    Command,
    Ephemeral,
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
    """What one has read of a thread. Private to the reader (P2).

    Attributes:
        read: Ranges of the numbers of posts read, or marked so.
        revision: Grows with every change; the higher one is true.
    """

    thread: ThreadId
    board: BoardId
    read: Ranges = ()
    revision: int = 0


class Floor(View, frozen=True, kw_only=True):
    """From where on a board is unread for one: nobody inherits a backlog.

    Attributes:
        seq: Posts up to this place in the board's stream count as read.
    """

    board: BoardId
    seq: Seq


class MarksResult(Result, frozen=True, kw_only=True):
    """The marks as they now stand."""

    marks: Marks


class AllMarks(Result, frozen=True, kw_only=True):
    """A page of one's marks, and all of one's floors.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    marks: tuple[Marks, ...]
    floors: tuple[Floor, ...]
    next_after: ThreadId | None = None


class Unread(View, frozen=True, kw_only=True):
    """How much of a thread is new to one: posts published, not one's own, not muted, not read."""

    thread: ThreadId
    board: BoardId
    posts: int


class UnreadResult(Result, frozen=True, kw_only=True):
    """What is unread, by thread, in the order of boards and threads; empty: all caught up.

    Attributes:
        more: Whether there were too many threads to name; ask board by board, or read first.
    """

    threads: tuple[Unread, ...]
    more: bool = False


class RoundResult(Result, frozen=True, kw_only=True):
    """The round as it stands now; its vector is the `as_of` of the boards' streams."""

    round: Round
    size: RoundSize


class PostInThread(View, frozen=True, kw_only=True):
    """A post that was found, with the thread it stands in."""

    post: Post
    thread: Thread


class SavedPage(Result, frozen=True, kw_only=True):
    """Posts one put aside, those published last first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    found: tuple[PostInThread, ...]
    next_before: Place | None = None


class Inbox(Result, frozen=True, kw_only=True):
    """What was meant for one, newest first.

    Attributes:
        next_before: Pass it as `before` for the next page; None at the end.
    """

    items: tuple[InboxItem, ...]
    next_before: Place | None = None


class SearchPage(Result, frozen=True, kw_only=True):
    """What was found, newest first.

    Attributes:
        notes: Sentences about parts of the query that were taken as words or had no match.
        next_before: Pass it as `before` for older finds; None at the end.
    """

    found: tuple[PostInThread, ...]
    notes: tuple[str, ...] = ()
    next_before: int | None = None


class ResolveResult(Result, frozen=True, kw_only=True):
    """What an address names: the thing itself and what it stands in."""

    board: Board | None = None
    thread: Thread | None = None
    post: Post | None = None
    line: Line | None = None
    member: Member | None = None


class ChoiceResult(Result, frozen=True, kw_only=True):
    """A choice as it now stands, as `reading.chosen` tells it.

    Attributes:
        revision: Of all one's choices together; grows with every change.
    """

    text_paths: ClassVar[tuple[str, ...]] = ("choice.folders[].name",)
    choice: Choice
    revision: int


class AllChoices(Result, frozen=True, kw_only=True):
    """All choices one made by hand; what is not here stands as if it had never been chosen.

    Attributes:
        revision: Every choice told with this one or a lower one is already in here, or undone.
    """

    choices: tuple[Choice, ...]
    revision: int


class Resolve(Query[ResolveResult], frozen=True, kw_only=True):
    """Find what an address names: `garden`, `garden/42`, `garden/42/7`, `garden/lounge/113`, `@ana`.

    Errors: `not_found`, equally for what is missing and what is private;
    `protocol.bad_params` for what is no address.
    """

    method: ClassVar[str] = "reading.resolve"
    needs: ClassVar[Need] = Need(Power.READ)
    address: Annotated[str, Meta(max_length=128)]


class Search(Query[SearchPage], frozen=True, kw_only=True):
    """Search the posts one may read: words, "phrases", -not, from:, board:, before:, after:.

    Any text is a valid query. Errors: `reading.query_too_slow`. Protocol 9.

    Attributes:
        board: Search this board only, whatever the query says.
    """

    method: ClassVar[str] = "reading.search"
    needs: ClassVar[Need] = Need(Power.READ)
    query: Annotated[str, Meta(max_length=limits.QUERY_CHARS_MAX)]
    board: BoardId | None = None
    before: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class ListMentions(Query[SearchPage], frozen=True, kw_only=True):
    """List the posts that mention one and that one may read, newest first."""

    method: ClassVar[str] = "reading.mentions"
    needs: ClassVar[Need] = Need(Power.READ)
    before: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class MarkPosts(Command[MarksResult], frozen=True, kw_only=True):
    """Mark posts of a thread as read, or as unread again. Private; told to one's own devices.

    Numbers beyond the thread's last published post are left out (protocol 7.7).

    Errors: `not_found`, `protocol.bad_params` if `last` is below `first`, `conflict` if
    `if_revision` is not the current one and the marks are not so already.

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
    """Read one's own marks and floors, of all boards; what one resumes with (protocol 7.5)."""

    method: ClassVar[str] = "reading.marks"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    after: ThreadId | None = None


class GetUnread(Query[UnreadResult], frozen=True, kw_only=True):
    """Count what is unread for one on the boards one has a seat on, or on one board."""

    method: ClassVar[str] = "reading.unread"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    board: BoardId | None = None


class SetThreadChoice(Command[ChoiceResult], frozen=True, kw_only=True):
    """Follow or mute a thread, or neither. Private; told to one's own devices.

    Errors: `not_found`, `full`, `conflict` if it was chosen anew since `if_revision`.

    Attributes:
        if_revision: The revision of all one's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.set_thread"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.THREAD, private=True)
    thread: ThreadId
    stance: Stance
    if_revision: SeenRevision | None = None


class SetBoardChoice(Command[ChoiceResult], frozen=True, kw_only=True):
    """Follow or mute a board, or neither, and choose what of it calls for attention. Private.

    Errors: `not_found`, `full`, `conflict` if it was chosen anew since `if_revision`.

    Attributes:
        stance: None: as it is.
        level: None: as it is; at first `mentions`.
        if_revision: The revision of all one's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.set_board"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, private=True)
    board: BoardId
    stance: Stance | None = None
    level: NotificationLevel | None = None
    if_revision: SeenRevision | None = None


class SetMemberChoice(Command[ChoiceResult], frozen=True, kw_only=True):
    """Follow or mute a member, or neither. Private; they are never told.

    Errors: `not_found`, `full`, `protocol.bad_params` for oneself, `conflict` if it was chosen
    anew since `if_revision`.

    Attributes:
        if_revision: The revision of all one's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.set_member"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    member: MemberId
    stance: Stance
    if_revision: SeenRevision | None = None


class ArrangeBoards(Command[ChoiceResult], frozen=True, kw_only=True):
    """Put boards into one's own order and folders; replaces the arrangement before. Private.

    Whether there are such boards is not looked at; what one may not read is not shown anyway.
    Errors: `text_refused`, `protocol.bad_params` for a board or a name that stands twice,
    `conflict` if it was chosen anew since `if_revision`.

    Attributes:
        if_revision: The revision of all one's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.arrange"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    folders: Annotated[tuple[Folder, ...], Meta(max_length=limits.BOARDS_MAX)]
    if_revision: SeenRevision | None = None


class SavePost(Command[ChoiceResult], frozen=True, kw_only=True):
    """Put a post aside, or let it go again. Private.

    Errors: `not_found`, `full`, `conflict` if it was chosen anew since `if_revision`.

    Attributes:
        if_revision: The revision of all one's choices that the sender saw (protocol 5.4).
    """

    method: ClassVar[str] = "reading.save"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST, private=True)
    post: PostId
    saved: bool = True
    if_revision: SeenRevision | None = None


class GetChoices(Query[AllChoices], frozen=True, kw_only=True):
    """Read all one's choices; what one resumes with (protocol 7.5)."""

    method: ClassVar[str] = "reading.choices"
    needs: ClassVar[Need] = Need(Power.READ, private=True)


class GetRound(Query[RoundResult], frozen=True, kw_only=True):
    """Fix a round: everything new for one on the boards one has a seat on, in order (P4).

    Ask once and walk it: asked again, it begins with what is new by then.
    """

    method: ClassVar[str] = "reading.round"
    needs: ClassVar[Need] = Need(Power.READ, private=True)


class ListSaved(Query[SavedPage], frozen=True, kw_only=True):
    """List the posts one put aside and may still read."""

    method: ClassVar[str] = "reading.saved"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class GetInbox(Query[Inbox], frozen=True, kw_only=True):
    """List what answers or mentions one, thanks and notices, in the order of time (P1).

    Only what one may read and did not mute; notices as far back as events are kept.
    """

    method: ClassVar[str] = "reading.inbox"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class MarksChanged(Ephemeral, frozen=True, kw_only=True):
    """One's own marks changed, on another device perhaps. To one's own connections only."""

    kind: ClassVar[str] = "reading.marked"
    marks: Marks


class FloorChanged(Ephemeral, frozen=True, kw_only=True):
    """One's own floor on a board was set by taking a seat. To one's own connections only."""

    kind: ClassVar[str] = "reading.floor_set"
    floor: Floor


class ChoiceChanged(Ephemeral, frozen=True, kw_only=True):
    """One of one's own choices changed. To one's own connections only."""

    kind: ClassVar[str] = "reading.chosen"
    choice: Choice
    revision: int
